namespace Orchestrator.Sweeps.Tasks;

/// <summary>The checkpoint of another sweep's trial from which all trials of a fork go on.</summary>
/// <param name="Sweep">Name of the sweep that wrote it.</param>
/// <param name="Trial">Number of the trial there.</param>
/// <param name="Checkpoint">At the end of an epoch.</param>
public sealed record ForkPoint(string Sweep, int Trial, CheckpointInfo Checkpoint);
