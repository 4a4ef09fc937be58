using System.Collections.Immutable;

namespace Orchestrator.Sweeps.Search;

/// <summary>All of a <see cref="SearchHistory"/> that does not follow from the sweep's spec, in a form that can be kept.</summary>
/// <param name="Running">Points of the configurations without a value.</param>
/// <param name="Seen">Hashes of the configurations that have been there, in order.</param>
public sealed record SearchMemory(
    int Last,
    int Observed,
    ImmutableArray<Observation> Best,
    ImmutableArray<Observation> Newest,
    ImmutableSortedDictionary<int, double?[]> Running,
    ImmutableArray<long> Seen
);
