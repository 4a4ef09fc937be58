using System.Collections.Immutable;
using Orchestrator.Sweeps.Domain;
using Orchestrator.Sweeps.Scheduling;
using Orchestrator.Sweeps.Specs;

namespace Orchestrator.Sweeps.Progress;

/// <summary>What a sweep will do, before it begins. What a scheduler does depends on results; it is simulated by the sweep's own rules with
/// ranks at random.</summary>
/// <param name="Runs">Simulated sweeps.</param>
/// <param name="Rungs">What gets to each level; empty where the scheduler has no rungs.</param>
/// <param name="Epochs">Trained by all trials together.</param>
/// <param name="Length">Epochs one after another in the slot that is busy for longest.</param>
/// <param name="EpochsWithout">Epochs without a scheduler.</param>
/// <param name="LengthWithout">Length without a scheduler.</param>
public sealed record SweepPlan(
    int Configurations,
    int Replicates,
    int Trials,
    int Slots,
    int Runs,
    ImmutableArray<PlannedRung> Rungs,
    Expected Epochs,
    Expected Evaluations,
    Expected Length,
    long EpochsWithout,
    double LengthWithout
)
{
    const int MostRuns = 200,
        LeastRuns = 3,
        TrialsOfAllRuns = 20_000;

    public static SweepPlan Of(SweepSpec spec, int slots)
    {
        var (without, lengthWithout) = SimulatedSweep.Run(spec with { Scheduler = SchedulerSpec.Off }, slots);
        var runs =
            spec.Scheduler.Algorithm == SchedulerSpec.None ? 1 : Math.Clamp(TrialsOfAllRuns / without.Trials.Count, LeastRuns, MostRuns);
        var ends = Enumerable
            .Range(0, runs)
            .Select(run => SimulatedSweep.Run(spec with { Seed = Seed.Derive(spec.Seed, "plan", run) }, slots))
            .ToList();
        return new SweepPlan(
            without.Trials.Count / spec.Space.Replicates,
            spec.Space.Replicates,
            without.Trials.Count,
            slots,
            runs,
            spec.Scheduler.HasRungs ? [.. PlannedRungs(Levels.Of(spec), ends.ConvertAll(end => end.End))] : [],
            Expected.Of(ends.Select(end => (double)Epochs(end.End))),
            Expected.Of(ends.Select(end => (double)end.End.Trials.Sum(trial => trial.Evaluations))),
            Expected.Of(ends.Select(end => end.Length)),
            Epochs(without),
            lengthWithout
        );

        static long Epochs(SweepState sweep) => sweep.Trials.Sum(trial => (long)trial.Epochs);
    }

    static IEnumerable<PlannedRung> PlannedRungs(ImmutableArray<int> levels, IReadOnlyList<SweepState> ends)
    {
        var before = 0;
        foreach (var level in levels)
        {
            var from = before;
            yield return new PlannedRung(
                level,
                ends.Average(sweep => sweep.Trials.Count(trial => trial.Epochs >= level)),
                ends.Average(sweep => sweep.Trials.Sum(trial => (double)(Math.Clamp(trial.Epochs, from, level) - from)))
            );
            before = level;
        }
    }
}

/// <param name="Level">In epochs.</param>
/// <param name="Trials">That get there, on average.</param>
/// <param name="Epochs">Trained since the level below, on average.</param>
public sealed record PlannedRung(int Level, double Trials, double Epochs);

/// <summary>The mean of simulated figures, and between which two nine of ten of them lie.</summary>
public sealed record Expected(double Mean, double Low, double High)
{
    public static Expected Of(IEnumerable<double> figures)
    {
        var sorted = figures.Order().ToArray();
        return new Expected(sorted.Average(), sorted[(sorted.Length - 1) * 5 / 100], sorted[^(1 + (sorted.Length - 1) * 5 / 100)]);
    }
}
