namespace Orchestrator.Cluster.Journal;

/// <summary>Names under which the journal keeps each actor's events.</summary>
static class PersistenceIds
{
    public const string Coordinator = "coordinator";

    const string SweepPrefix = "sweep-";

    public static string Sweep(string sweep) => SweepPrefix + sweep;

    /// <summary>The sweep whose events are kept under the name; null where it is not one's.</summary>
    public static string? SweepOf(string persistenceId) =>
        persistenceId.StartsWith(SweepPrefix, StringComparison.Ordinal) ? persistenceId[SweepPrefix.Length..] : null;
}
