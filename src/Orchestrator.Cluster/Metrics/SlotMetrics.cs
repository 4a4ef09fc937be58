using Orchestrator.Cluster.Protocol;
using Orchestrator.Sweeps;
using Orchestrator.Sweeps.Domain;
using Orchestrator.Sweeps.Tasks;
using Prometheus;

namespace Orchestrator.Cluster.Metrics;

/// <summary>What the slots of this node do.</summary>
public sealed class SlotMetrics
{
    static readonly string[] States = ["idle", "training", "evaluating"];
    static readonly string[] Slot = ["node", "slot"];

    readonly Gauge _slots,
        _imagesPerSecond,
        _bitsPerDim,
        _gradientNorm,
        _trial,
        _reports;
    readonly ChildProcessMetrics _processes;
    readonly Lock _gate = new();
    readonly Dictionary<(string Node, int Slot), SlotProtocol.SlotChanged> _states = [];

    internal SlotMetrics(MetricFamilies families)
    {
        _slots = families.Gauge("orchestrator_slots", "slots", "Slots of this node by kind and state.", "kind", "state");
        _trial = families.Gauge(
            "orchestrator_slot_trial_info",
            "always 1",
            "Always 1: the sweep and trial a slot works on, and the GPU it does so with; none on CPU cores.",
            [.. Slot, "sweep", "trial", "gpu_uuid"]
        );
        _imagesPerSecond = families.Gauge(
            "orchestrator_slot_images_per_second",
            "images per second",
            "Training images per second of the slot's current trial.",
            Slot
        );
        _bitsPerDim = families.Gauge(
            "orchestrator_slot_bits_per_dim",
            "bits per dimension",
            "Running training bits per dimension of the slot's current trial.",
            Slot
        );
        _gradientNorm = families.Gauge(
            "orchestrator_slot_gradient_norm",
            "norm",
            "Mean norm of the gradient, before clipping, over the last epoch of the slot's current trial.",
            Slot
        );
        _reports = families.Gauge(
            "orchestrator_slot_reports_waiting",
            "reports",
            "Reports of a slot that are not yet in the journal: they pile up while no coordinator answers.",
            Slot
        );
        _processes = new ChildProcessMetrics(families, Slot);
    }

    public void Changed(string node, SlotProtocol.SlotChanged changed)
    {
        string[] slot = [node, Labels.Of(changed.Slot)];
        lock (_gate)
        {
            var before = _states.GetValueOrDefault((node, changed.Slot));
            _states[(node, changed.Slot)] = changed;
            if (before?.Lease?.Token != changed.Lease?.Token || before?.Sweep != changed.Sweep)
            {
                if (before?.Lease is { } old)
                    _trial.RemoveLabelled([.. slot, before.Sweep!, TrialId.Of(old.Trial), before.GpuUuid ?? ""]);
                if (changed.Lease is { } now)
                    _trial.WithLabels([.. slot, changed.Sweep!, TrialId.Of(now.Trial), changed.GpuUuid ?? ""]).Set(1);
            }

            if (changed.Progress is { } progress)
            {
                _imagesPerSecond.WithLabels(slot).Set(progress.ImagesPerSecond);
                _bitsPerDim.WithLabels(slot).Set(progress.BitsPerDim);
            }
            else if (changed.Lease is null)
            {
                foreach (var gauge in new[] { _imagesPerSecond, _bitsPerDim, _gradientNorm })
                    gauge.RemoveLabelled(slot);
                _processes.Ended(slot);
            }
        }
    }

    public void EpochFinished(string node, int slot, EpochReport report) =>
        _gradientNorm.WithLabels(node, Labels.Of(slot)).Set(report.GradientNorm);

    public void ProcessStarted(string node, int slot, int process) => _processes.Started([node, Labels.Of(slot)], process);

    public void ReportsWaiting(string node, int slot, int reports) => _reports.WithLabels(node, Labels.Of(slot)).Set(reports);

    /// <summary>Takes away all series of the node's slots.</summary>
    internal void Forget(string node)
    {
        lock (_gate)
        {
            foreach (var gone in _states.Keys.Where(slot => slot.Node == node).ToList())
                _states.Remove(gone);
            foreach (var gauge in new[] { _trial, _imagesPerSecond, _bitsPerDim, _gradientNorm, _reports })
                gauge.RemoveWhere(labels => labels[0] == node);
            _processes.Forget(node);
        }
    }

    internal void Collect()
    {
        _processes.Collect();
        lock (_gate)
            Count();
    }

    void Count()
    {
        foreach (var shown in _slots.GetAllLabelValues().ToList())
            _slots.WithLabels(shown).Set(0);
        foreach (var kind in _states.Values.Select(slot => slot.Kind).Distinct())
        foreach (var state in States)
            _slots.WithLabels(Labels.Of(kind), state).Set(_states.Values.Count(slot => slot.Kind == kind && StateOf(slot) == state));
    }

    static string StateOf(SlotProtocol.SlotChanged slot) =>
        slot.Lease is null ? "idle"
        : slot.Kind == WorkKind.Training ? "training"
        : "evaluating";
}
