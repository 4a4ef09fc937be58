using System.Globalization;
using System.Reflection;
using Orchestrator.Cluster.Protocol;
using Orchestrator.Cluster.Serialization;
using Orchestrator.Sweeps.Attempts;
using Orchestrator.Sweeps.Domain;
using Prometheus;

namespace Orchestrator.Cluster.Metrics;

/// <summary>The cluster's metrics. The number of series depends on slots and states, never on trials.</summary>
public sealed class ClusterMetrics
{
    static readonly TrialStatus[] TrialStates = Enum.GetValues<TrialStatus>();
    static readonly string[] SlotStates = ["idle", "training", "evaluating"];

    readonly Gauge _members, _unreachable, _active, _slots, _trials, _evaluationQueue, _imagesPerSecond, _bitsPerDim, _slotTrial;
    readonly Counter _attempts, _refusedMessages;
    readonly Lock _gate = new();
    readonly Dictionary<string, SweepState> _sweeps = [];
    readonly Dictionary<(string Node, int Slot), SlotProtocol.SlotChanged> _slotStates = [];

    public ClusterMetrics(CollectorRegistry registry)
    {
        Registry = registry;
        var factory = Prometheus.Metrics.WithCustomRegistry(registry);
        _members = factory.CreateGauge("orchestrator_cluster_members", "Members of the cluster by status.", "status");
        _unreachable = factory.CreateGauge("orchestrator_cluster_unreachable_members", "Members of the cluster that this node's cluster suspects at present.");
        _active = factory.CreateGauge("orchestrator_coordinator_active", "1 on the node whose coordinator is the active one, else 0.");
        _slots = factory.CreateGauge("orchestrator_slots", "Slots of this node by kind and state.", "kind", "state");
        _trials = factory.CreateGauge("orchestrator_trials", "Trials of all sweeps by state.", "state");
        _attempts = factory.CreateCounter("orchestrator_attempts_total", "Attempts and evaluations that ended, by outcome.", "kind", "outcome");
        _refusedMessages = factory.CreateCounter("orchestrator_refused_messages_total", "Messages from other nodes that were not taken, by reason.", "reason");
        _evaluationQueue = factory.CreateGauge("orchestrator_evaluation_queue_length", "Finished checkpoints that wait for an evaluator.");
        _imagesPerSecond = factory.CreateGauge("orchestrator_slot_images_per_second", "Training images per second of the slot's current trial.", "node", "slot");
        _bitsPerDim = factory.CreateGauge("orchestrator_slot_bits_per_dim", "Running training bits per dimension of the slot's current trial.", "node", "slot");
        _slotTrial = factory.CreateGauge("orchestrator_slot_trial_info", "Always 1: the sweep and trial a slot works on.", "node", "slot", "sweep", "trial");
        factory.CreateGauge("orchestrator_build_info", "Always 1: the running version.", "version").WithLabels(Version).Set(1);
        foreach (var state in TrialStates) _trials.WithLabels(Label(state)).Set(0);
        foreach (var kind in Enum.GetValues<WorkKind>())
            foreach (var cause in Enum.GetValues<AttemptCause>())
                _attempts.WithLabels(Label(kind), Label(cause));
        foreach (var reason in Enum.GetValues<RefusalReason>()) _refusedMessages.WithLabels(Label(reason));
    }

    public CollectorRegistry Registry { get; }

    static string Version => typeof(ClusterMetrics).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown";

    public void MembersChanged(IEnumerable<string> statuses)
    {
        lock (_gate)
        {
            foreach (var labels in _members.GetAllLabelValues().ToList()) _members.WithLabels(labels).Set(0);
            foreach (var group in statuses.CountBy(status => status)) _members.WithLabels(group.Key).Set(group.Value);
        }
    }

    public void UnreachableChanged(int members) => _unreachable.Set(members);

    public void CoordinatorActive(bool isActive) => _active.Set(isActive ? 1 : 0);

    public void SweepChanged(SweepState state)
    {
        lock (_gate)
        {
            _sweeps[state.Spec.Name] = state;
            foreach (var status in TrialStates) _trials.WithLabels(Label(status)).Set(_sweeps.Values.Sum(sweep => sweep.Count(status)));
            _evaluationQueue.Set(_sweeps.Values.Sum(sweep => sweep.PendingEvaluations.Count));
        }
    }

    public void AttemptEnded(WorkKind kind, AttemptCause cause) => _attempts.WithLabels(Label(kind), Label(cause)).Inc();

    public void MessageRefused(RefusalReason reason) => _refusedMessages.WithLabels(Label(reason)).Inc();

    public void SlotChanged(string node, SlotProtocol.SlotChanged changed)
    {
        var slot = changed.Slot.ToString(CultureInfo.InvariantCulture);
        lock (_gate)
        {
            var before = _slotStates.GetValueOrDefault((node, changed.Slot));
            _slotStates[(node, changed.Slot)] = changed;
            if (before?.Lease?.Token != changed.Lease?.Token || before?.Sweep != changed.Sweep)
            {
                if (before?.Lease is { } old) _slotTrial.RemoveLabelled(node, slot, before.Sweep!, TrialState.IdOf(old.Trial));
                if (changed.Lease is { } now) _slotTrial.WithLabels(node, slot, changed.Sweep!, TrialState.IdOf(now.Trial)).Set(1);
            }

            if (changed.Progress is { } progress)
            {
                _imagesPerSecond.WithLabels(node, slot).Set(progress.ImagesPerSecond);
                _bitsPerDim.WithLabels(node, slot).Set(progress.BitsPerDim);
            }
            else if (changed.Lease is null)
            {
                _imagesPerSecond.RemoveLabelled(node, slot);
                _bitsPerDim.RemoveLabelled(node, slot);
            }

            foreach (var kind in _slotStates.Values.Select(other => other.Kind).Distinct())
                foreach (var state in SlotStates)
                    _slots.WithLabels(Label(kind), state).Set(_slotStates.Values.Count(other => other.Kind == kind && StateOf(other) == state));
        }
    }

    static string StateOf(SlotProtocol.SlotChanged slot) => slot.Lease is null ? "idle" : slot.Kind == WorkKind.Training ? "training" : "evaluating";

    static string Label<T>(T value) where T : struct, Enum => System.Text.Json.JsonNamingPolicy.SnakeCaseLower.ConvertName(value.ToString());
}
