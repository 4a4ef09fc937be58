using System.Collections.Immutable;

namespace Orchestrator.Reports.Html;

/// <summary>What a report tells that the sweep's journal does not know.</summary>
/// <param name="Version">The version of Orchestrator.</param>
/// <param name="Command">The command that runs the sweep, or goes on with it.</param>
/// <param name="Environment">Versions and machine, in the order of the page.</param>
public sealed record ReportContext(string Version, DateTimeOffset GeneratedAt, string Command, ImmutableArray<EnvironmentFact> Environment);

public sealed record EnvironmentFact(string Name, string Value);
