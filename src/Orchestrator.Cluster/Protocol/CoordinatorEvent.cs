namespace Orchestrator.Cluster.Protocol;

/// <summary>A fact of the coordinator's own journal.</summary>
public abstract record CoordinatorEvent;

/// <summary>From here on the coordinator knows a sweep of this name and looks after it.</summary>
public sealed record SweepAccepted(string Sweep) : CoordinatorEvent;
