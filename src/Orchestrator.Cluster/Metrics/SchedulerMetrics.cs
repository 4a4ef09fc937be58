using Orchestrator.Sweeps.Domain;
using Orchestrator.Sweeps.Scheduling;
using Prometheus;

namespace Orchestrator.Cluster.Metrics;

/// <summary>What schedulers decide, and how full the rungs of a sweep are.</summary>
/// <remarks>Strata and brackets are as many as a sweep file has them: over these it is summed. Levels are few: their epochs grow
/// geometrically. Median stopping compares at every epoch and has no rungs.</remarks>
sealed class SchedulerMetrics
{
    const string Promoted = "promoted",
        Paused = "paused",
        Pruned = "pruned";

    readonly Counter _decisions;
    readonly Gauge _rungs,
        _waiting;

    internal SchedulerMetrics(MetricFamilies families)
    {
        _decisions = families
            .Counter(
                "orchestrator_scheduler_decisions_total",
                "decisions",
                "What schedulers decided: configurations that were promoted to the next rung, trials that were paused at one, and trials "
                    + "that were given up.",
                "decision"
            )
            .FromZero([Promoted], [Paused], [Pruned]);
        _rungs = families.Gauge(
            "orchestrator_sweep_rung_configurations",
            "configurations",
            "Configurations of a sweep at the rung of this level, over all strata and brackets: all that arrived, those of them that may "
                + "still be promoted, and those that were.",
            "sweep",
            "level",
            "state"
        );
        _waiting = families.Gauge(
            "orchestrator_sweep_promotions_waiting",
            "configurations",
            "Configurations of a running sweep that the next free slots will promote; missing where its scheduler does not promote.",
            "sweep"
        );
    }

    internal void Happened(SweepEvent fact)
    {
        var decision = fact switch
        {
            ConfigurationPromoted => Promoted,
            TrialPaused => Paused,
            TrialPruned => Pruned,
            _ => null,
        };
        if (decision is not null)
            _decisions.WithLabels(decision).Inc();
    }

    /// <param name="shown">Those that have series of their own.</param>
    internal void Collect(IReadOnlyCollection<SweepState> shown)
    {
        var names = shown.Select(sweep => sweep.Spec.Name).ToHashSet();
        _rungs.RemoveWhere(labels => !names.Contains(labels[0]));
        _waiting.RemoveWhere(labels => !names.Contains(labels[0]));
        foreach (var sweep in shown)
            Collect(sweep);
    }

    void Collect(SweepState sweep)
    {
        var (name, scheduler) = (sweep.Spec.Name, sweep.Spec.Scheduler);
        if (scheduler.Promotes && sweep.Status == SweepStatus.Running)
            _waiting.WithLabels(name).Set(Ladders.PromotionsWaiting(sweep));
        else
            _waiting.RemoveLabelled(name);
        if (!scheduler.HasRungs)
            return;
        foreach (var level in Levels.Of(sweep.Spec))
        {
            var rungs = sweep.Rungs.Values.Select(ladder => ladder.GetValueOrDefault(level)).OfType<Rung>().ToList();
            Set("arrived", rungs.Sum(rung => rung.Entries.Count));
            Set("waiting", rungs.Sum(rung => rung.Waiting.Count));
            Set(Promoted, rungs.Sum(rung => rung.Promoted));

            void Set(string state, int count) => _rungs.WithLabels(name, Labels.Of(level), state).Set(count);
        }
    }
}
