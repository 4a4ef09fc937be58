using System.Collections.Immutable;
using Orchestrator.Sweeps.Domain;

namespace Orchestrator.Reports.Html;

/// <summary>What a report tells that the sweep's journal does not know.</summary>
/// <param name="Version">The version of Orchestrator.</param>
/// <param name="Command">The command that runs the sweep, or goes on with it.</param>
/// <param name="Environment">Versions and machine, in the order of the page.</param>
public sealed record ReportContext(string Version, DateTimeOffset GeneratedAt, string Command, ImmutableArray<EnvironmentFact> Environment)
{
    /// <summary>Sweeps to compare it with; most reports have none.</summary>
    public ImmutableArray<SweepState> Beside { get; init; } = [];
}

public sealed record EnvironmentFact(string Name, string Value);
