using Orchestrator.Cluster.Processes;
using Orchestrator.Sweeps;

namespace Orchestrator.Cluster.Hosting;

/// <summary>What one node of the cluster is.</summary>
/// <param name="Workers">Training slots.</param>
/// <param name="Evaluators">Evaluation slots.</param>
public sealed record NodeOptions(DataFolder Folder, int Workers, int Evaluators, ITrialLauncher Launcher)
{
    public const string CoordinatorRole = "coordinator";

    public string Host { get; init; } = "127.0.0.1";

    /// <summary>A lease not renewed for this long is given up, and its trial goes on elsewhere.</summary>
    public TimeSpan Lease { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>Leave every other sweep of the journal alone.</summary>
    public string? OnlySweep { get; init; }
}
