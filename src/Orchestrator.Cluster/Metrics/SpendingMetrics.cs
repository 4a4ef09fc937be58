using Orchestrator.Sweeps.Domain;
using Prometheus;

namespace Orchestrator.Cluster.Metrics;

/// <summary>What the leases of sweeps took, by what came of it.</summary>
sealed class SpendingMetrics
{
    const string WhatCounts =
        " by the leases of a sweep, by what came of it. Training counts once it is certain: up to a checkpoint, and the rest when the "
        + "lease ends.";

    readonly Counter _slots,
        _gpus,
        _cost;

    internal SpendingMetrics(MetricFamilies families)
    {
        _slots = families.Counter("orchestrator_sweep_slot_seconds_total", "seconds", $"Time in slots taken{WhatCounts}", "sweep", "kind");
        _gpus = families.Counter(
            "orchestrator_sweep_gpu_seconds_total",
            "seconds",
            $"Time of GPUs, each times the part of it that was taken,{WhatCounts}",
            "sweep",
            "kind"
        );
        _cost = families.Counter(
            "orchestrator_sweep_cost_total",
            "currency of the prices",
            $"Cost by the nodes' setting prices, caused{WhatCounts}",
            "sweep",
            "kind"
        );
    }

    /// <param name="shown">Those that have series of their own.</param>
    internal void Collect(IReadOnlyCollection<SweepState> shown, DateTimeOffset now)
    {
        var names = shown.Select(sweep => sweep.Spec.Name).ToHashSet();
        foreach (var counter in (Counter[])[_slots, _gpus, _cost])
            counter.RemoveWhere(labels => !names.Contains(labels[0]));
        foreach (var sweep in shown)
        {
            var spent = sweep.Leases.Values.Aggregate(sweep.Spent, (sum, held) => sum + Spending.CertainOf(held, now));
            Count(sweep.Spec.Name, "useful", spent.Useful);
            Count(sweep.Spec.Name, "lost_to_crashes", spent.LostToCrashes);
            Count(sweep.Spec.Name, "lost_to_preemption", spent.LostToPreemption);
            Count(sweep.Spec.Name, "evaluation", spent.Evaluation);
        }
    }

    void Count(string sweep, string kind, Taken taken)
    {
        _slots.WithLabels(sweep, kind).IncTo(taken.Slot.TotalSeconds);
        _gpus.WithLabels(sweep, kind).IncTo(taken.GpuSeconds);
        _cost.WithLabels(sweep, kind).IncTo(taken.Cost);
    }
}
