namespace Orchestrator.Cluster.Protocol;

/// <summary>How the actor system and the roles of its members are called; part of every node's address.</summary>
public static class ClusterNames
{
    public const string System = "orchestrator";
    public const string CoordinatorRole = "coordinator",
        WorkerRole = "worker",
        EvaluatorRole = "evaluator";
}
