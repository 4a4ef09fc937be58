using System.Collections.Immutable;
using Orchestrator.Sweeps.Specs;
using Orchestrator.Sweeps.Tasks;

namespace Orchestrator.Sweeps.Domain;

/// <summary>What a free slot is given, and whether there will be more.</summary>
static class NextWork
{
    // Of more that wait, those after it are not looked at: each asks for its flow to be built.
    const int MostLookedAt = 100;

    /// <param name="free">What the slot has for the trial; null where anything fits.</param>
    /// <returns>The trial to train, and the facts that make it one to train; no trial where the facts alone are to be kept; null where
    /// there is nothing to do.</returns>
    /// <remarks>What was begun goes on first, then what can be promoted, then a trial that was never begun; what is known to take more
    /// memory than is free waits.</remarks>
    public static (TrialState? Trial, ImmutableArray<SweepEvent> Before)? Training(
        SweepState state,
        DateTimeOffset now,
        SlotResources? free
    )
    {
        bool Fits(TrialState trial) => state.PeakBytes(state.SpecOf(trial), free!) is not { } peak || peak <= free!.Bytes;
        Func<TrialState, bool> fits = IsTight(state, free) ? Fits : _ => true;
        var pending = state.PendingTrials.Take(MostLookedAt).Select(state.Trial).FirstOrDefault(fits);
        if (pending is { Attempts: > 0 })
            return (pending, []);
        if (Ladders.Promotion(state) is { } promotion && fits(First(promotion)))
            return Promoted(state, promotion, now);
        if (pending is not null)
            return (pending, []);
        if (Searched.HasMore(state))
        {
            if (Searched.Next(state, now) is not [TrialAdded first, ..] added)
                return (null, [new SearchExhausted { At = now }]);
            var drawn = added.Aggregate(state, SweepState.Apply).Trial(first.Trial);
            return fits(drawn) ? (drawn, added) : null;
        }

        return IsIdle(state) && Ladders.LastPromotion(state) is { } last && fits(First(last)) ? Promoted(state, last, now) : null;

        TrialState First((int Configuration, int Level) promoted) => state.ReplicatesOf(promoted.Configuration).First();
    }

    /// <summary>Whether it depends on the memory that is free which trial the slot is given. Almost always everything fits, and nothing is
    /// to be looked up.</summary>
    public static bool IsTight(SweepState state, SlotResources? free) =>
        free?.Bytes is { } bytes && state.PeaksByNeed.Values.Any(peak => peak > bytes);

    static (TrialState? Trial, ImmutableArray<SweepEvent> Before) Promoted(
        SweepState state,
        (int Configuration, int Level) promotion,
        DateTimeOffset now
    )
    {
        var promoted = new ConfigurationPromoted(promotion.Configuration, promotion.Level) { At = now };
        return (SweepState.Apply(state, promoted).ReplicatesOf(promotion.Configuration).First(), [promoted]);
    }

    /// <summary>No trial trains, waits for a slot, or waits at a rung for its score.</summary>
    static bool IsIdle(SweepState state) =>
        state.Count(TrialStatus.Running) + state.Count(TrialStatus.Pending) == 0
        && state.PausedTrials.All(number => state.Trial(number).IsSettled);

    /// <returns>The trained trial to evaluate: the best one that waits.</returns>
    public static (TrialState? Trial, ImmutableArray<SweepEvent> Before)? Evaluation(SweepState state) =>
        state.PendingEvaluations.IsEmpty ? null : (state.Trial(state.PendingEvaluations.Min.Trial), []);

    /// <summary>Some trial trains, waits for a slot, or will be promoted.</summary>
    public static bool IsTrainingLeft(SweepState state) =>
        // A trial that waits for its score may be promoted once it has it.
        !IsIdle(state) || Searched.HasMore(state) || Ladders.Promotion(state) is not null || Ladders.LastPromotion(state) is not null;

    /// <returns>The best of the completed trials, where a number of them is evaluated once all are known; where a budget stopped the sweep,
    /// the best of all that has a checkpoint.</returns>
    public static IEnumerable<int> ChosenEvaluations(SweepState state) => (
            EvaluationChoice.BestOf(state.Spec.Evaluation) is { } best ? Best(state, best, TrialStatus.Completed)
            : state.StoppedBecause is not null ? Best(state, 1, TrialStatus.Completed, TrialStatus.Stopped, TrialStatus.Pruned)
            : []
        ).Where(trial => trial.Evaluation == EvaluationStatus.None).Select(trial => trial.Number).Order();

    static IEnumerable<TrialState> Best(SweepState state, int number, params TrialStatus[] of) =>
        state
            .Trials.Where(trial => trial is { IsDropped: false, HasCheckpoint: true })
            .Where(trial =>
                trial.Status == TrialStatus.Completed
                || (of.Contains(trial.Status) || IsCutShort(trial)) && trial is { Epochs: > 0, Checkpoint: not null }
            )
            .OrderBy(PendingEvaluation.Of)
            .Take(number);

    static bool IsCutShort(TrialState trial) =>
        trial is { Status: TrialStatus.Stopped, End.Cause: AttemptCause.Budget or AttemptCause.TimeLimit };
}
