namespace Orchestrator.Cluster.Protocol;

/// <summary>A fact of the coordinator's own journal.</summary>
public abstract record CoordinatorEvent;

/// <summary>From here on the coordinator knows a sweep of this name and looks after it.</summary>
public sealed record SweepAccepted(string Sweep) : CoordinatorEvent;

/// <summary>From here on there is no such sweep; its files and its journal are being deleted.</summary>
public sealed record SweepDeletionBegun(string Sweep) : CoordinatorEvent;

/// <summary>Nothing of the sweep is left: its name is free.</summary>
public sealed record SweepDeleted(string Sweep) : CoordinatorEvent;
