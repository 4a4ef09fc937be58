using System.Collections.Immutable;
using Orchestrator.Sweeps.Specs;
using Orchestrator.Sweeps.Tasks;

namespace Orchestrator.Sweeps.Domain;

/// <summary>What may be set of a sweep while it runs, and what follows.</summary>
static class SweepChanges
{
    public static Decision Set(SweepState state, SetSweep command, DateTimeOffset now)
    {
        if (Settable.Faults(command.Values).FirstOrDefault() is { } fault)
            return Decision.Refuse(fault);
        var (share, budget) = (state.Share.With(command.Values), state.Budget.With(command.Values));
        if (budget.Until != state.Budget.Until && Budgets.Past(budget, now) is { } past)
            return Decision.Refuse(past);
        ImmutableArray<SweepEvent> changes =
        [
            .. share == state.Share ? Array.Empty<SweepEvent>() : [new ShareChanged(share) { At = now }],
            .. budget == state.Budget ? Array.Empty<SweepEvent>() : [new BudgetChanged(budget) { At = now }],
        ];
        var after = changes.Aggregate(state, SweepState.Apply);
        var goOn = budget == state.Budget ? [] : GoOn(after, now);
        if (state.IsOver && goOn.IsEmpty)
            return Decision.Refuse(
                Budgets.Reached(after, now) is { } reached && state.StoppedBecause is not null
                    ? $"that is not enough: {reached.Message}"
                    : $"the sweep is {StatusText.Of(state.Status)}: it has no more to share or to spend"
            );
        return changes.IsEmpty ? Decision.Nothing : new Decision([.. changes, .. Leave(state, share, now), .. goOn]);
    }

    /// <summary>Whoever trains beyond the bound, the newest first.</summary>
    static IEnumerable<SweepEvent> Leave(SweepState state, SweepShare share, DateTimeOffset now)
    {
        if (share == state.Share)
            return [];
        // Whoever leaves for a pause may be told to stay again.
        var stay = state
            .Leases.Values.Where(held =>
                held.Lease.Kind == WorkKind.Training && !held.IsPreempted && state.Trial(held.Lease.Trial).PrunedAt is null
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
                trial is { Status: TrialStatus.Stopped, End.Cause: var cause }
                && (
                    cause == AttemptCause.Budget && isFree
                    || cause == AttemptCause.TimeLimit && Budgets.OutOfTime(state, trial.Trained) is null
                )
            )
            .Select(trial => trial.Number)
            .ToHashSet();
        // An evaluation that runs is of what was thought to be the trial's last checkpoint.
        var evaluations = state
            .Leases.Values.Where(held => held.Lease.Kind == WorkKind.Evaluation && again.Contains(held.Lease.Trial))
            .OrderBy(held => held.Lease.Token)
            .Select(
                SweepEvent (held) =>
                    new LeaseEnded(
                        held.Lease.Trial,
                        WorkKind.Evaluation,
                        held.Lease.Token,
                        new AttemptEnd(AttemptCause.Interrupted, "the trial trains on")
                    )
                    {
                        At = now,
                    }
            );
        // What the budget left no room for.
        var dropped =
            isFree && EvaluationChoice.BestOf(state.Spec.Evaluation) is null
                ? state.Trials.Where(trial => trial is { Status: TrialStatus.Completed, Evaluation: EvaluationStatus.None })
                : [];
        ImmutableArray<SweepEvent> events =
        [
            .. evaluations,
            .. again.Order().Select(trial => new TrialRetried(trial) { At = now }),
            .. dropped.Select(trial => new EvaluationChosen(trial.Number) { At = now }),
        ];
        return state.IsOver ? (isFree || !events.IsEmpty ? events.Insert(0, new SweepReopened { At = now }) : events)
            : isFree ? events.Insert(0, new SweepResumed { At = now })
            : events;
    }
}
