using System.Collections.Immutable;
using Akka.Actor;
using Orchestrator.Cluster.Devices;
using Orchestrator.Cluster.Metrics;
using Orchestrator.Cluster.Processes;
using Orchestrator.Sweeps;
using Orchestrator.Sweeps.Domain;
using Orchestrator.Sweeps.Tasks;

namespace Orchestrator.Cluster.Workers;

/// <summary>What a slot is made with.</summary>
/// <param name="Coordinator">The coordinator, or a proxy to it.</param>
public sealed record SlotOptions(
    string Node,
    int Slot,
    WorkKind Kind,
    DataFolder Folder,
    IActorRef Coordinator,
    ITrialLauncher Launcher,
    ClusterMetrics Metrics
)
{
    /// <summary>Where checkpoints are kept, as a <see cref="StorageAddress"/>; null for the data folder.</summary>
    public string? Storage { get; init; }

    /// <summary>The device on which it trains; for an evaluator those of its node, of which it takes one each time.</summary>
    public ImmutableArray<DeviceShares> Devices { get; init; } = [new DeviceShares(SlotDevice.Cpu, Environment.ProcessorCount)];

    /// <summary>Part of a GPU that an evaluation takes.</summary>
    public double EvaluationShare { get; init; } = 1;
}
