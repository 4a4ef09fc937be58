using System.Collections.Immutable;

namespace Orchestrator.Sweeps.Search;

/// <summary>All of a <see cref="SearchHistory"/> that does not follow from the sweep's spec, in a form that can be kept.</summary>
/// <param name="Running">The configurations without a value.</param>
/// <param name="Seen">Hashes of the configurations that have been there, in order.</param>
/// <param name="Valued">Of those the ones that have a value, in order.</param>
public sealed record SearchMemory(
    int Last,
    int Observed,
    ImmutableArray<Observation> Best,
    ImmutableArray<Observation> Newest,
    ImmutableSortedDictionary<int, Unfinished> Running,
    ImmutableArray<long> Seen,
    ImmutableArray<long> Valued
);

/// <summary>A configuration without a value.</summary>
/// <param name="Unit">Its point; null where a parameter does not exist in it.</param>
/// <param name="Hash">Of its parameters.</param>
public sealed record Unfinished(double?[] Unit, long Hash);
