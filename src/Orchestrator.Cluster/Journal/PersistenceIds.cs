namespace Orchestrator.Cluster.Journal;

/// <summary>Names under which the journal keeps each actor's events.</summary>
static class PersistenceIds
{
    public const string Coordinator = "coordinator";

    public static string Sweep(string sweep) => $"sweep-{sweep}";
}
