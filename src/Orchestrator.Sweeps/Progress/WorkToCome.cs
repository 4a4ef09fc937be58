using System.Collections.Immutable;
using Orchestrator.Sweeps.Domain;
using Orchestrator.Sweeps.Scheduling;
using Orchestrator.Sweeps.Specs;

namespace Orchestrator.Sweeps.Progress;

/// <summary>Epochs in a row.</summary>
/// <param name="Trial">Which trains them; null of one that is not known yet, be it that it was not drawn or not promoted.</param>
/// <param name="Begins">A process is started for them.</param>
/// <param name="IsLast">They end the trial.</param>
/// <param name="IsEvaluated">An evaluation follows at once.</param>
readonly record struct Stretch(TrialState? Trial, int Epochs, bool Begins, bool IsLast, bool IsEvaluated);

/// <summary>What a sweep is still expected to do.</summary>
/// <remarks>
/// A trial trains to its end, and each of those that the search is still to draw trains as long as the others do on average. With rungs a
/// trial trains to its next rung for sure. Beyond that arrivals are simulated with ranks at random (<see cref="RungArrivals"/>): what is
/// expected is the run in the middle, by epochs. Median stopping tells nothing before it stops a trial: all are expected to reach their
/// end.
/// </remarks>
/// <param name="Training">What was begun first, then what waits, then what is only expected.</param>
/// <param name="Evaluations">That wait, run, or will.</param>
sealed record WorkToCome(ImmutableArray<Stretch> Training, int Evaluations)
{
    public long Epochs { get; } = Training.Sum(stretch => (long)stretch.Epochs);

    const int MostRuns = 21,
        TrialsOfAllRuns = 5000;

    /// <summary>What is expected, and between which two nine of ten simulated runs are.</summary>
    public static (WorkToCome Least, WorkToCome Expected, WorkToCome Most) Of(SweepState sweep)
    {
        if (!sweep.Spec.Scheduler.HasRungs)
        {
            var sure = Follow(WithoutRungs(sweep));
            return (sure, sure, sure);
        }

        var runs = WithRungs(sweep, Math.Clamp(TrialsOfAllRuns / sweep.PlannedTrials, 1, MostRuns));
        return (Follow(runs[(runs.Count - 1) / 20]), Follow(runs[runs.Count / 2]), Follow(runs[^(1 + (runs.Count - 1) / 20)]));

        WorkToCome Follow(ImmutableArray<Stretch> training) => new(training, EvaluationsOf(sweep, training));
    }

    static ImmutableArray<Stretch> WithoutRungs(SweepState sweep)
    {
        var isEvaluated = EvaluationChoice.BestOf(sweep.Spec.Evaluation) is null;
        var stretches = sweep
            .Trials.Where(Trains)
            .OrderByDescending(trial => trial.Status)
            .Select(trial => StretchOf(trial, Ladders.TrialEpochs(sweep.Spec, trial), isLast: true, isEvaluated));
        var drawn = sweep.PlannedTrials - sweep.Trials.Count;
        if (drawn == 0)
            return [.. stretches];
        var epochs = (int)Math.Round(sweep.Trials.Average(trial => Ladders.TrialEpochs(sweep.Spec, trial)));
        return [.. stretches, .. Enumerable.Repeat(new Stretch(null, epochs, Begins: true, IsLast: true, isEvaluated), drawn)];
    }

    /// <returns>Simulated runs, fewest epochs first.</returns>
    static List<ImmutableArray<Stretch>> WithRungs(SweepState sweep, int runs)
    {
        var (stretches, levels) = (new List<Stretch>(), Levels.Of(sweep.Spec));
        var ladders = new SortedDictionary<int, RungCounts[]>();
        foreach (var configuration in Enumerable.Range(1, sweep.Configurations.Count))
        {
            var (trials, counts) = (sweep.ReplicatesOf(configuration).ToList(), Ladder(configuration));
            var arrived = trials[0].Ranked?.Level ?? 0;
            foreach (var rung in Enumerable.Range(0, levels.Length).Where(rung => levels[rung] <= arrived))
                counts[rung].There++;
            if (trials.Exists(trial => Trains(trial) || trial.Status == TrialStatus.Paused && trial.Epochs > arrived))
            {
                var ahead = Math.Max(
                    levels.Count(level => level <= arrived),
                    Levels.Skipped(sweep.Spec, configuration) + trials[0].Promotions
                );
                ahead = Math.Min(ahead, levels.Length - 1);
                counts[ahead].ToCome++;
                stretches.AddRange(
                    trials
                        .Where(Trains)
                        .Select(trial => StretchOf(trial, levels[ahead], ahead == levels.Length - 1, IsScored(sweep, levels, ahead)))
                );
            }
            else if (trials.TrueForAll(trial => trial.Status == TrialStatus.Paused) && double.IsFinite(trials[0].Ranked!.Entry.Value))
                counts[levels.IndexOf(arrived)].Waiting++;
        }

        var toDraw = (sweep.PlannedTrials - sweep.Trials.Count) / sweep.Spec.Space.Replicates;
        foreach (var configuration in Enumerable.Range(sweep.Configurations.Count + 1, toDraw))
            Ladder(configuration)[Levels.Skipped(sweep.Spec, configuration)].Drawn++;
        ImmutableArray<Stretch> sure = [.. stretches.OrderByDescending(stretch => stretch.Trial!.Status)];
        return
        [
            .. Enumerable
                .Range(0, runs)
                .Select(run => sure.AddRange(ladders.SelectMany(ladder => Expected(sweep, levels, ladder.Key, ladder.Value, run))))
                .OrderBy(run => run.Sum(stretch => (long)stretch.Epochs)),
        ];

        RungCounts[] Ladder(int configuration)
        {
            var first = Levels.Skipped(sweep.Spec, configuration);
            if (!ladders.TryGetValue(first, out var counts))
                ladders.Add(first, counts = [.. levels.Select(_ => new RungCounts())]);
            return counts;
        }
    }

    /// <summary>What is expected beyond the next rung of each trial, from the lowest rung up.</summary>
    static IEnumerable<Stretch> Expected(SweepState sweep, ImmutableArray<int> levels, int firstRung, RungCounts[] counts, int run)
    {
        for (var (rung, expected) = (firstRung, counts[firstRung].Drawn); rung < levels.Length; rung++)
        {
            var epochs = levels[rung] - (rung == firstRung ? 0 : levels[rung - 1]);
            var begins = rung == firstRung || sweep.Spec.Scheduler.Promotes;
            var stretch = new Stretch(null, epochs, begins, rung == levels.Length - 1, IsScored(sweep, levels, rung));
            foreach (var _ in Enumerable.Range(0, expected * sweep.Spec.Space.Replicates))
                yield return stretch;
            if (rung + 1 == levels.Length)
                yield break;
            var (here, next) = (counts[rung], counts[rung + 1]);
            var toCome = here.ToCome + expected;
            var seed = Seed.Derive(sweep.Spec.Seed, "to come", run * levels.Length + rung);
            expected = RungArrivals.GoingOn(sweep.Spec.Scheduler, here.There, here.Waiting, toCome, seed);
            // A ladder promotes its best one in the end, if there is one left.
            if (expected + next.There + next.ToCome == 0)
                expected = Math.Min(1, here.Waiting + toCome);
        }
    }

    static bool IsScored(SweepState sweep, ImmutableArray<int> levels, int rung) =>
        rung == levels.Length - 1 ? EvaluationChoice.BestOf(sweep.Spec.Evaluation) is null : Ladders.IsScoredAt(sweep.Spec, rung);

    static int EvaluationsOf(SweepState sweep, ImmutableArray<Stretch> training)
    {
        var queued = sweep.Trials.Count(trial => !trial.IsSettled);
        var follow = training.Count(stretch => stretch.IsEvaluated);
        if (training.IsEmpty)
            return queued;
        if (EvaluationChoice.BestOf(sweep.Spec.Evaluation) is { } best)
            return queued
                + follow
                + Math.Min(
                    best,
                    training.Count(stretch => stretch.IsLast) + sweep.Trials.Count(trial => trial.Status == TrialStatus.Completed)
                );
        if (sweep.Spec.Evaluation.When == EvaluationChoice.Pruned)
            return queued
                + sweep.PlannedTrials
                - sweep.Trials.Count
                + sweep.Trials.Count(trial =>
                    trial.Evaluation == EvaluationStatus.None && (Trains(trial) || trial.Status == TrialStatus.Paused)
                );
        return queued + follow;
    }

    static bool Trains(TrialState trial) => trial is { Status: TrialStatus.Pending or TrialStatus.Running, PrunedAt: null };

    static Stretch StretchOf(TrialState trial, int until, bool isLast, bool isEvaluated) =>
        new(trial, Math.Max(0, until - trial.Epochs), trial.Status == TrialStatus.Pending, isLast, isEvaluated);

    /// <summary>Configurations at a rung of all ladders that begin alike.</summary>
    sealed class RungCounts
    {
        public int There;

        /// <summary>Of those the ones that may go on.</summary>
        public int Waiting;

        /// <summary>That train towards it.</summary>
        public int ToCome;

        /// <summary>That the search is still to draw.</summary>
        public int Drawn;
    }
}
