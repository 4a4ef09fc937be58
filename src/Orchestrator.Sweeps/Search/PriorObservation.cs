using System.Collections.Immutable;

namespace Orchestrator.Sweeps.Search;

/// <summary>What a configuration of another sweep gave.</summary>
/// <param name="Settings">By dotted path, as canonical text: at least those that the search draws and it has.</param>
/// <param name="Value">Mean over its replicates; lower is better.</param>
public sealed record PriorObservation(ImmutableSortedDictionary<string, string> Settings, double Value);
