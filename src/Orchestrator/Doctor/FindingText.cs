using Orchestrator.Cluster.Protocol;

namespace Orchestrator.Doctor;

/// <summary>Findings in words.</summary>
static class FindingText
{
    public static string Word(Verdict verdict) => verdict.ToString().ToLowerInvariant();

    /// <summary>What was found and what to do, in one line.</summary>
    public static string Line(Finding finding) => $"{finding.Check}: {finding.Found}{(finding.Remedy is { } remedy ? $" → {remedy}" : "")}";
}
