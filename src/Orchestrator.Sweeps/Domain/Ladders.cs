using System.Collections.Immutable;
using Orchestrator.Sweeps.Scheduling;
using Orchestrator.Sweeps.Specs;

namespace Orchestrator.Sweeps.Domain;

/// <summary>The rungs of a sweep: of each ladder (a stratum, and under Hyperband a bracket) by their level in epochs.</summary>
/// <remarks>
/// A configuration arrives at a rung when all of its trials have, with the mean of their values; one that failed makes it the worst. Where
/// a scheduler promotes, a trial arrives when it has left its slot, and where its checkpoint is evaluated there, when that is done.
/// </remarks>
public static class Ladders
{
    const int MinOthersOfMedian = 3;

    /// <returns>Epochs up to which a lease of the trial trains.</returns>
    public static int Milestone(SweepState sweep, TrialState trial) =>
        sweep.Spec.Scheduler.Promotes
            ? Levels.Of(sweep.Spec, sweep.ConfigurationOf(trial.Number))[trial.Promotions]
            : TrialEpochs(sweep.Spec, trial);

    /// <returns>How many epochs the trial is to train if it goes to its end.</returns>
    public static int TrialEpochs(SweepSpec spec, TrialState trial) =>
        Search.TrialFactory.Epochs(spec, trial.Parameter(TrainingSettings.EpochsPath));

    /// <summary>A trial that pauses here is evaluated before anything is decided about it.</summary>
    public static bool IsScored(SweepState sweep, TrialState trial) => IsScoredAt(sweep.Spec, RungOf(sweep, trial));

    /// <returns>The rung, from 0, to which a trial trains or at which it waits, where it is promoted from rung to rung.</returns>
    internal static int RungOf(SweepState sweep, TrialState trial) =>
        trial.Promotions + Levels.Skipped(sweep.Spec, sweep.ConfigurationOf(trial.Number));

    /// <param name="rung">From 0, below the last.</param>
    internal static bool IsScoredAt(SweepSpec spec, int rung) =>
        spec.Evaluation.When == EvaluationChoice.Rungs || spec.Scheduler.RefineAt(rung) is not null;

    /// <summary>The state after a trial got to a level, or failed on its way there.</summary>
    public static SweepState Arrived(SweepState sweep, TrialState trial)
    {
        var spec = sweep.Spec;
        if (spec.Scheduler.Algorithm == SchedulerSpec.None)
            return sweep;
        var configuration = sweep.ConfigurationOf(trial.Number);
        var first = sweep.ReplicatesOf(configuration).First();
        if (
            NextLevel(sweep, trial, configuration, first) is not { } level
            || RungValues.Entry(sweep, configuration, level) is not { } entry
        )
            return sweep;
        var key = Key(spec, configuration, trial);
        var ladder = sweep.Rungs.GetValueOrDefault(key, ImmutableSortedDictionary<int, Rung>.Empty);
        var waits = spec.Scheduler.Promotes && double.IsFinite(entry.Value) && level < TrialEpochs(spec, trial);
        ladder = ladder.SetItem(level, ladder.GetValueOrDefault(level, Rung.Empty).Add(entry, waits));
        return (sweep with { Rungs = sweep.Rungs.SetItem(key, ladder) }).With(first with { Ranked = new RankedEntry(level, entry) });
    }

    /// <summary>The state without what a configuration came to from a level on: it is tried again, or is none.</summary>
    /// <param name="from">In epochs; 0 for all levels.</param>
    public static SweepState Removed(SweepState sweep, TrialState trial, int from)
    {
        var configuration = sweep.ConfigurationOf(trial.Number);
        var key = Key(sweep.Spec, configuration, trial);
        if (!sweep.Rungs.TryGetValue(key, out var ladder))
            return sweep;
        ladder = ladder.SetItems(
            ladder.Where(rung => rung.Key >= from).Select(rung => KeyValuePair.Create(rung.Key, rung.Value.Remove(configuration)))
        );
        var ranked = ladder
            .Reverse()
            .Select(rung => rung.Value.Find(configuration) is { } entry ? new RankedEntry(rung.Key, entry) : null)
            .FirstOrDefault(entry => entry is not null);
        var first = sweep.ReplicatesOf(configuration).First();
        return (sweep with { Rungs = sweep.Rungs.SetItem(key, ladder) }).With(first with { Ranked = ranked });
    }

    /// <summary>The state as if the configuration had not arrived where its trials rest or are on their way to.</summary>
    internal static SweepState Unranked(SweepState sweep, TrialState trial) =>
        sweep.Spec.Scheduler.Promotes ? Removed(sweep, trial, Milestone(sweep, trial)) : sweep;

    /// <summary>The state where a trial that waits at a rung does so no more: the scheduler gave it up, or somebody stopped it.</summary>
    public static SweepState Left(SweepState sweep, TrialState trial)
    {
        var configuration = sweep.ConfigurationOf(trial.Number);
        if (trial.Status != TrialStatus.Paused || sweep.ReplicatesOf(configuration).First().Ranked is not var (level, entry))
            return sweep;
        var key = Key(sweep.Spec, configuration, trial);
        var ladder = sweep.Rungs[key];
        return sweep with { Rungs = sweep.Rungs.SetItem(key, ladder.SetItem(level, ladder[level].Leave(entry))) };
    }

    /// <summary>Where trials go on until they are stopped: the configuration has just arrived at a level where it is given up.</summary>
    public static bool IsGivenUp(SweepState sweep, int configuration, int level)
    {
        var scheduler = sweep.Spec.Scheduler;
        var first = sweep.ReplicatesOf(configuration).First();
        if (scheduler.Promotes || first.Ranked is not { } ranked || ranked.Level != level || level >= TrialEpochs(sweep.Spec, first))
            return false;
        var (rung, entry) = (sweep.Rungs[Key(sweep.Spec, configuration, first)][level], ranked.Entry);
        if (scheduler.Algorithm == SchedulerSpec.Median)
            return level >= scheduler.MinEpochs
                && rung.IsBelowMedian(entry, RungValues.Best(sweep, configuration, level), MinOthersOfMedian);
        return !rung.GoesOn(entry, scheduler.Reduction, scheduler.MinRungPopulation);
    }

    /// <summary>The configuration that a free slot should promote: from the highest rung that has one, and where several ladders have, from
    /// the one that promoted fewest from there, so that strata share alike.</summary>
    public static (int Configuration, int Level)? Promotion(SweepState sweep)
    {
        var scheduler = sweep.Spec.Scheduler;
        if (!scheduler.Promotes)
            return null;
        return (
            from ladder in sweep.Rungs
            from rung in ladder.Value
            let entry = rung.Value.Promotable(scheduler.Reduction, scheduler.MinRungPopulation)
            where entry is not null
            orderby rung.Key descending, rung.Value.Promoted, ladder.Key
            select ((int, int)?)(entry.Value.Configuration, rung.Key)
        ).FirstOrDefault();
    }

    /// <summary>Configurations that a free slot would promote.</summary>
    public static int PromotionsWaiting(SweepState sweep) =>
        sweep.Spec.Scheduler is { Promotes: true } scheduler
            ? sweep.Rungs.Values.Sum(ladder =>
                ladder.Values.Sum(rung => rung.PromotableCount(scheduler.Reduction, scheduler.MinRungPopulation))
            )
            : 0;

    /// <summary>Once there is nothing else to do: the best one that waits in a ladder of which none got to the end, since there are too few
    /// for a promotion by the rule.</summary>
    public static (int Configuration, int Level)? LastPromotion(SweepState sweep)
    {
        if (!sweep.Spec.Scheduler.Promotes)
            return null;
        var last = Levels.Of(sweep.Spec)[^1];
        return (
            from ladder in sweep.Rungs
            where !ladder.Value.TryGetValue(last, out var top) || !top.Entries.Any(entry => double.IsFinite(entry.Value))
            let rung = ladder.Value.LastOrDefault(rung => !rung.Value.Waiting.IsEmpty)
            where rung.Value is not null
            select ((int, int)?)(rung.Value.Waiting.Min.Configuration, rung.Key)
        ).FirstOrDefault();
    }

    public static SweepState Promoted(SweepState sweep, int configuration, int level)
    {
        var trials = sweep.ReplicatesOf(configuration).ToList();
        var key = Key(sweep.Spec, configuration, trials[0]);
        var ladder = sweep.Rungs[key];
        ladder = ladder.SetItem(level, ladder[level].Promote(trials[0].Ranked!.Entry));
        return trials.Aggregate(
            sweep with
            {
                Rungs = sweep.Rungs.SetItem(key, ladder),
            },
            (state, trial) => state.With(trial with { Status = TrialStatus.Pending, Promotions = trial.Promotions + 1 })
        );
    }

    static int RankedLevel(TrialState first) => first.Ranked?.Level ?? 0;

    static int? NextLevel(SweepState sweep, TrialState trial, int configuration, TrialState first)
    {
        var scheduler = sweep.Spec.Scheduler;
        var reached = trial.Status == TrialStatus.Failed ? RankedLevel(first) + 1 : trial.Epochs;
        if (scheduler.Algorithm == SchedulerSpec.Median)
            return trial.Status != TrialStatus.Failed && reached > RankedLevel(first) ? reached : null;
        foreach (var level in Levels.Of(sweep.Spec, configuration))
        {
            if (level > RankedLevel(first))
                return trial.Status == TrialStatus.Failed || level == reached ? level : null;
        }

        return null;
    }

    static string Key(SweepSpec spec, int configuration, TrialState trial)
    {
        var stratum = spec.Scheduler.StratifyBy is { } path ? trial.Parameter(path) ?? "" : "";
        return spec.Scheduler.Algorithm != SchedulerSpec.Hyperband ? stratum
            : stratum.Length == 0 ? $"bracket {HyperbandBrackets.Of(spec, configuration)}"
            : $"{stratum}, bracket {HyperbandBrackets.Of(spec, configuration)}";
    }
}
