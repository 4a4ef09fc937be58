using System.Collections.Immutable;
using Orchestrator.Sweeps.Specs;
using Orchestrator.Sweeps.Tasks;

namespace Orchestrator.Sweeps.Domain;

/// <summary>What a sweep may have and take, changed while it runs or after that, and what follows.</summary>
static class ShareAndBudget
{
    public static Decision Set(SweepState state, SetSweep command, DateTimeOffset now)
    {
        if (Settable.Faults(command.Values).FirstOrDefault() is { } fault)
            return Decision.Refuse(fault);
        var (share, budget) = (state.Share.With(command.Values), state.Budget.With(command.Values));
        if (budget.Until != state.Budget.Until && Budgets.Past(budget, now) is { } past)
            return Decision.Refuse(past);
        var events = To(state, share, budget, now);
        var after = events.Aggregate(state, SweepState.Apply);
        if (after.IsOver)
            return Decision.Refuse(
                Budgets.Reached(after, now) is { } reached && state.StoppedBecause is not null
                    ? $"that is not enough: {reached.Message}"
                    : $"the sweep is {StatusText.Of(state.Status)}: it has no more to share or to spend"
            );
        return events.IsEmpty ? Decision.Nothing : new Decision(events);
    }

    /// <returns>Empty where both are what they are.</returns>
    public static ImmutableArray<SweepEvent> To(SweepState state, SweepShare share, SweepBudget budget, DateTimeOffset now)
    {
        ImmutableArray<SweepEvent> changes =
        [
            .. share == state.Share ? Array.Empty<SweepEvent>() : [new ShareChanged(share) { At = now }],
            .. budget == state.Budget ? Array.Empty<SweepEvent>() : [new BudgetChanged(budget) { At = now }],
        ];
        var after = changes.Aggregate(state, SweepState.Apply);
        return [.. changes, .. Leave(state, share, now), .. budget == state.Budget ? [] : GoOn(after, now)];
    }

    /// <summary>Evaluations of checkpoints that are no longer their trials' last, or no longer wanted: what comes of them is
    /// refused.</summary>
    public static IEnumerable<SweepEvent> GiveUpEvaluations(SweepState state, HashSet<int> trials, string why, DateTimeOffset now) =>
        state
            .Leases.Values.Where(held => held.Lease.Kind == WorkKind.Evaluation && trials.Contains(held.Lease.Trial))
            .OrderBy(held => held.Lease.Token)
            .Select(held => new LeaseEnded(
                held.Lease.Trial,
                WorkKind.Evaluation,
                held.Lease.Token,
                new AttemptEnd(AttemptCause.Interrupted, why)
            )
            {
                At = now,
            });

    /// <summary>Whoever trains beyond the bound, the newest first.</summary>
    static IEnumerable<SweepEvent> Leave(SweepState state, SweepShare share, DateTimeOffset now)
    {
        if (share == state.Share)
            return [];
        // Whoever leaves for a pause may be told to stay again.
        var stay = state
            .Leases.Values.Where(held =>
                held.Lease.Kind == WorkKind.Training && !held.IsPreempted && !state.Trial(held.Lease.Trial).LeavesForGood
            )
            .ToList();
        return stay.OrderByDescending(held => held.Lease.Token)
            .Take(Math.Max(0, stay.Count - (share.MaxSlots ?? stay.Count)))
            .Select(SweepEvent (held) => new TrialPreempted(held.Lease.Trial, held.Lease.Token, By: null) { At = now });
    }

    /// <summary>What a budget stopped goes on where there is more of it now: as if it had not been stopped.</summary>
    static ImmutableArray<SweepEvent> GoOn(SweepState state, DateTimeOffset now)
    {
        var isFree = state.StoppedBecause is not null && Budgets.Reached(state, now) is null;
        if (!isFree && (state.StoppedBecause is not null || state.Status == SweepStatus.Stopping))
            return [];
        var again = state
            .Trials.Where(trial =>
                trial is { Status: TrialStatus.Stopped, IsDropped: false, End.Cause: var cause }
                && (
                    cause == AttemptCause.Budget && isFree
                    || cause == AttemptCause.TimeLimit && Budgets.OutOfTime(state, trial.Trained) is null
                )
            )
            .Select(trial => trial.Number)
            .ToHashSet();
        // What the budget left no room for.
        var dropped =
            isFree && EvaluationChoice.BestOf(state.Spec.Evaluation) is null
                ? state.Trials.Where(trial =>
                    trial is { Status: TrialStatus.Completed, IsDropped: false, HasCheckpoint: true, Evaluation: EvaluationStatus.None }
                )
                : [];
        ImmutableArray<SweepEvent> events =
        [
            .. GiveUpEvaluations(state, again, "the trial trains on", now),
            .. again.Order().Select(trial => new TrialRetried(trial) { At = now }),
            .. dropped.Select(trial => new EvaluationChosen(trial.Number) { At = now }),
        ];
        return state.IsOver ? (isFree || !events.IsEmpty ? events.Insert(0, new SweepReopened { At = now }) : events)
            : isFree ? events.Insert(0, new SweepResumed { At = now })
            : events;
    }
}
