namespace Orchestrator.Cluster.Settings;

public enum NodeRole
{
    Coordinator,
    Worker,
    Evaluator,
}
