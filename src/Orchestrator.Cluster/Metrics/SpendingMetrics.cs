using Orchestrator.Sweeps.Domain;
using Prometheus;

namespace Orchestrator.Cluster.Metrics;

/// <summary>What the leases of sweeps took, by what came of it, told by a sweep or by a token.</summary>
sealed class SpendingMetrics
{
    readonly Counter _slots,
        _gpus,
        _cost;

    /// <param name="of">What it is told by, as the label and the names of the metrics have it.</param>
    /// <param name="whose">Whose leases they are.</param>
    internal SpendingMetrics(MetricFamilies families, string of, string whose)
    {
        var whatCounts =
            $" by the leases of {whose}, by what came of it. Training counts once it is certain: up to a checkpoint, and the rest when the "
            + "lease ends.";
        _slots = families.Counter($"orchestrator_{of}_slot_seconds_total", "seconds", $"Time in slots taken{whatCounts}", of, "kind");
        _gpus = families.Counter(
            $"orchestrator_{of}_gpu_seconds_total",
            "seconds",
            $"Time of GPUs, each times the part of it that was taken,{whatCounts}",
            of,
            "kind"
        );
        _cost = families.Counter(
            $"orchestrator_{of}_cost_total",
            "currency of the prices",
            $"Cost by the nodes' setting prices, caused{whatCounts}",
            of,
            "kind"
        );
    }

    /// <summary>Of a sweep, as far as it is certain.</summary>
    internal static Spending Of(SweepState sweep, DateTimeOffset now) =>
        sweep.Leases.Values.Aggregate(sweep.Spent, (sum, held) => sum + Spending.CertainOf(held, now));

    /// <param name="shown">What each took that has series.</param>
    internal void Collect(IReadOnlyDictionary<string, Spending> shown)
    {
        foreach (var counter in (Counter[])[_slots, _gpus, _cost])
            counter.RemoveWhere(labels => !shown.ContainsKey(labels[0]));
        foreach (var (name, spent) in shown)
        {
            Count(name, "useful", spent.Useful);
            Count(name, "lost_to_crashes", spent.LostToCrashes);
            Count(name, "lost_to_preemption", spent.LostToPreemption);
            Count(name, "evaluation", spent.Evaluation);
        }
    }

    void Count(string name, string kind, Taken taken)
    {
        _slots.WithLabels(name, kind).IncTo(taken.Slot.TotalSeconds);
        _gpus.WithLabels(name, kind).IncTo(taken.GpuSeconds);
        _cost.WithLabels(name, kind).IncTo(taken.Cost);
    }
}
