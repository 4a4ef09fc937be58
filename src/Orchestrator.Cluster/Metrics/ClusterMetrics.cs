using System.Reflection;
using Orchestrator.Cluster.Protocol;
using Orchestrator.Cluster.Serialization;
using Orchestrator.Sweeps.Domain;
using Orchestrator.Sweeps.Tasks;
using Prometheus;

namespace Orchestrator.Cluster.Metrics;

/// <summary>The metrics of one node, by subject. The number of series depends on nodes, slots, sweeps that are not over (at most 20),
/// states and rungs, never on trials.</summary>
public sealed class ClusterMetrics
{
    readonly Counter _refusedMessages;
    readonly MetricFamilies _families;

    /// <param name="time">Null: the system's.</param>
    public ClusterMetrics(CollectorRegistry registry, TimeProvider? time = null)
    {
        Registry = registry;
        _families = new MetricFamilies(registry);
        var clock = time ?? TimeProvider.System;
        _families.Gauge("orchestrator_build_info", "always 1", "Always 1: the running version.", "version").WithLabels(Version).Set(1);
        Membership = new MembershipMetrics(_families, clock);
        Sweeps = new SweepMetrics(_families, clock);
        Leases = new LeaseMetrics(_families, clock);
        Journal = new JournalMetrics(_families);
        Slots = new SlotMetrics(_families);
        Checkpoints = new CheckpointMetrics(_families);
        DataFolder = new DataFolderMetrics(_families);
        Devices = new DeviceMetrics(_families);
        Connections = new ConnectionMetrics(_families);
        Notices = new NoticeMetrics(_families);
        _refusedMessages = _families
            .Counter(
                "orchestrator_refused_messages_total",
                "messages",
                "Messages from other nodes that were not taken, by reason.",
                "reason"
            )
            .FromZero(Labels.All<RefusalReason>().Select(reason => new[] { reason }));
        registry.AddBeforeCollectCallback(() =>
        {
            Sweeps.Collect();
            Slots.Collect();
            DataFolder.Collect();
        });
    }

    public CollectorRegistry Registry { get; }

    /// <summary>Everything that is measured.</summary>
    public IReadOnlyList<MetricFamily> Families => _families.All;

    public MembershipMetrics Membership { get; }

    public SweepMetrics Sweeps { get; }

    public LeaseMetrics Leases { get; }

    public JournalMetrics Journal { get; }

    public SlotMetrics Slots { get; }

    public CheckpointMetrics Checkpoints { get; }

    public DataFolderMetrics DataFolder { get; }

    public DeviceMetrics Devices { get; }

    public ConnectionMetrics Connections { get; }

    public NoticeMetrics Notices { get; }

    static string Version =>
        typeof(ClusterMetrics).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown";

    public void MembersChanged(IEnumerable<string> statuses) => Membership.MembersChanged(statuses);

    /// <summary>What the coordinator before knew of sweeps is not shown twice.</summary>
    public void CoordinatorActive(bool isActive)
    {
        Membership.CoordinatorActive(isActive);
        if (isActive)
            return;
        Sweeps.Clear();
        Leases.Clear();
    }

    /// <summary>A fact has just been kept in the journal.</summary>
    public void Happened(string sweep, SweepEvent fact)
    {
        Leases.Happened(sweep, fact);
        Sweeps.Happened(sweep, fact);
    }

    public void SweepChanged(SweepState state) => Leases.Changed(Sweeps.Changed(state), state);

    public void SweepDeleted(string sweep) => Sweeps.Forget(sweep);

    public void AttemptEnded(WorkKind kind, AttemptCause cause) => Leases.AttemptEnded(kind, cause);

    public void MessageRefused(RefusalReason reason) => _refusedMessages.WithLabels(Labels.Of(reason)).Inc();

    public void SlotChanged(string node, SlotProtocol.SlotChanged changed) => Slots.Changed(node, changed);

    /// <summary>The node left the cluster for good.</summary>
    public void NodeGone(string node) => Slots.Forget(node);
}
