using System.Collections.Immutable;
using Orchestrator.Sweeps.Tasks;

namespace Orchestrator.Sweeps.Domain;

/// <summary>Which checkpoints go: all of a sweep together stay within <c>retention.budget</c>, and of one that is over somebody may give
/// up what is not needed.</summary>
/// <remarks>
/// Copies go before what is the only one: of every trial that does not train, checkpoints before the newest. Then of trials that are over
/// the newest too. Both begin with the worst trial. What a trial needs to go on stays, whatever the budget, and so does what is to be
/// evaluated, the newest of the best trial, and all of a trial that another sweep goes on from.
/// </remarks>
public static class Retention
{
    /// <summary>The decision, and what it leaves no room for.</summary>
    internal static Decision Within(SweepState state, Decision decision, DateTimeOffset now)
    {
        if (decision.Events.IsEmpty || state.Spec.Retention.BudgetBytes is null && !decision.Events.OfType<SpecChanged>().Any())
            return decision;
        var goes = OverBudget(decision.Events.Aggregate(state, SweepState.Apply), now);
        return goes.IsEmpty ? decision : decision with { Events = [.. decision.Events, .. goes] };
    }

    /// <returns>What goes, so that what is stored is within the budget; empty where it is, or where nothing more may go.</returns>
    public static ImmutableArray<SweepEvent> OverBudget(SweepState state, DateTimeOffset now)
    {
        if (state.Spec.Retention.BudgetBytes is not { } budget || state.CheckpointBytes <= budget)
            return [];
        var resting = state
            .Trials.Where(trial =>
                trial is { HasCheckpoint: true, Status: not TrialStatus.Running } && !state.Lent.ContainsValue(trial.Number)
            )
            .ToList();
        if (resting.Count == 0)
            return [];
        var isFree = MayGo(state);
        var worstFirst = TrialRanking.Of(resting, RankingKey.Of).Reverse().Select(ranked => ranked.Trial).ToList();
        var goes = ImmutableArray.CreateBuilder<SweepEvent>();
        var after = state;
        foreach (var trial in worstFirst.Where(trial => trial.Stored > trial.NewestBytes))
            GiveUp(trial, trial.Checkpoint!.Path);
        foreach (var trial in worstFirst.Where(isFree))
            GiveUp(after.Trial(trial.Number), kept: null);
        return goes.ToImmutable();

        void GiveUp(TrialState trial, string? kept)
        {
            if (after.CheckpointBytes <= budget)
                return;
            goes.Add(Given(trial, kept, now));
            after = SweepState.Apply(after, goes[^1]);
        }
    }

    /// <returns>Whether the newest checkpoint of a trial may go.</returns>
    static Func<TrialState, bool> MayGo(SweepState state)
    {
        var best = TrialRanking.Best(state)?.Number;
        // Of these the best are evaluated once all are known.
        var chosen = state.IsOver ? [] : NextWork.ChosenEvaluations(state).ToHashSet();
        return trial =>
            trial.IsOver
            && trial.Number != best
            && !chosen.Contains(trial.Number)
            // More of the budget lets it go on.
            && !(trial.Status == TrialStatus.Stopped && trial.End is { Cause: AttemptCause.Budget or AttemptCause.TimeLimit });
    }

    /// <summary>Gives up the checkpoints of a sweep that is over, but for those that are to stay.</summary>
    internal static Decision Prune(SweepState state, PruneCheckpoints command, DateTimeOffset now) =>
        !state.IsOver
            ? Decision.Refuse($"the sweep is {StatusText.Of(state.Status)}: only of one that is over checkpoints are pruned")
            : new Decision([.. Pruned(state, command.All).Select(one => Given(one.Trial, one.Kept, now))]);

    /// <summary>What pruning takes of a sweep that is over.</summary>
    /// <param name="all">Also of the best trial.</param>
    /// <returns>Each trial with the path of what is kept of it; null where nothing is.</returns>
    public static IEnumerable<(TrialState Trial, string? Kept)> Pruned(SweepState state, bool all)
    {
        var best = all ? null : TrialRanking.Best(state)?.Number;
        return from trial in state.Trials
            where trial.HasCheckpoint && !state.Lent.ContainsValue(trial.Number)
            let stays = trial.Number == best
            where !stays || trial.Stored > trial.NewestBytes
            select (trial, stays ? trial.Checkpoint!.Path : null);
    }

    /// <summary>Bytes that are free once all but what is kept of the trial is deleted.</summary>
    public static long Freed(TrialState trial, string? kept) => trial.Stored - (kept is null ? 0 : trial.NewestBytes);

    internal static Decision Lend(SweepState state, LendCheckpoint command, DateTimeOffset now) =>
        state.Lent.ContainsKey(command.To) ? Decision.Nothing : new Decision([new CheckpointLent(command.Trial, command.To) { At = now }]);

    internal static Decision TakeBack(SweepState state, TakeCheckpointBack command, DateTimeOffset now) =>
        state.Lent.TryGetValue(command.To, out var trial)
            ? new Decision([new CheckpointReturned(trial, command.To) { At = now }])
            : Decision.Nothing;

    internal static Decision Confirm(SweepState state, ConfirmDeleted command, DateTimeOffset now) =>
        state.GivenUp.TryGetValue(command.What.Trial, out var given) && given == command.What
            ? new Decision([new CheckpointsDeleted(given.Trial) { At = now }])
            : Decision.Nothing;

    static SweepEvent Given(TrialState trial, string? kept, DateTimeOffset now) =>
        new CheckpointsGivenUp(trial.Number, trial.Attempts, kept, Freed(trial, kept)) { At = now };
}

/// <summary>Checkpoints of a trial that are to be deleted.</summary>
/// <param name="Attempts">Those of its attempts up to this one; what comes after it is not touched.</param>
/// <param name="Kept">The path of the one that stays; null where none does.</param>
public sealed record GivenUp(int Trial, int Attempts, string? Kept);
