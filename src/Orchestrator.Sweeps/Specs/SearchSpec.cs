using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace Orchestrator.Sweeps.Specs;

/// <summary>How trials are taken from the space.</summary>
public sealed record SearchSpec(string Algorithm)
{
    public const string Univariate = "univariate",
        Multivariate = "multivariate";

    /// <summary>Configurations in all, each of them run once for every replicate; null for a grid, which has what it has.</summary>
    public int? Trials { get; init; }

    /// <summary>TPE's first configurations are drawn so: <see cref="KnownNames.Random"/> or <see cref="KnownNames.Sobol"/>.</summary>
    public string Start { get; init; } = KnownNames.Sobol;

    /// <summary>How many configurations those are.</summary>
    public int StartTrials { get; init; } = 10;

    /// <summary>Kind of TPE: <see cref="Univariate"/>, or <see cref="Multivariate"/>: what exists together is drawn together.</summary>
    public string Preset { get; init; } = Multivariate;

    /// <summary>Names of sweeps of the same space whose trials TPE knows from the start.</summary>
    public ImmutableArray<string> Prior { get; init; } = [];

    /// <summary>Parameters of configurations that are run before the search draws any, in this order.</summary>
    public ImmutableArray<ImmutableSortedDictionary<string, string>> Enqueue { get; init; } = [];

    /// <summary>Every trial is known from the start.</summary>
    [JsonIgnore]
    public bool IsGrid => Algorithm == KnownNames.Grid;
}
