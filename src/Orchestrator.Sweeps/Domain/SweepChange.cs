using System.Collections.Immutable;
using Orchestrator.Sweeps.Search;
using Orchestrator.Sweeps.Specs;
using static System.FormattableString;

namespace Orchestrator.Sweeps.Domain;

/// <summary>What becomes of a sweep and its trials when its file is changed: nothing that is still true is done again.</summary>
/// <remarks>A trial of the changed file is one of the sweep's where all its settings are the same, but for the last epoch, and for the
/// parts in which a batch is computed.</remarks>
public sealed record SweepChange
{
    /// <summary>Lines <c>path: old → new</c>; empty where the file says the same.</summary>
    public required ImmutableArray<string> Differences { get; init; }

    /// <summary>Why the sweep cannot become what the file says, each with the way out; empty where it can.</summary>
    public ImmutableArray<string> Refusals { get; init; } = [];

    /// <summary>The last epoch of the sweep and of the changed file.</summary>
    public required (int Before, int After) Epochs { get; init; }

    /// <summary>Trials that stay as they are.</summary>
    public ImmutableArray<int> Kept { get; init; } = [];

    /// <summary>Trials that had come to rest, or to another last epoch than they now have, and train on.</summary>
    public ImmutableArray<int> Continued { get; init; } = [];

    /// <summary>Trials that there are not yet.</summary>
    public ImmutableArray<NewTrial> New { get; init; } = [];

    /// <summary>Trials that the file no longer gives.</summary>
    public ImmutableArray<int> Dropped { get; init; } = [];

    /// <summary>Trials that an earlier change had dropped, and that the file gives again.</summary>
    public ImmutableArray<int> Restored { get; init; } = [];

    /// <summary>Trials whose scores are of other settings than the file's: they are evaluated again.</summary>
    public ImmutableArray<int> EvaluatedAgain { get; init; } = [];

    /// <summary>The learning rate of trials that train on depends on the last epoch: how it goes on is to be said.</summary>
    public bool AsksForSchedule { get; init; }

    /// <summary>The search draws configurations that it was not to draw, or was stopped before it had.</summary>
    public bool SearchesOn { get; init; }

    /// <summary>Trials that the search is still to draw.</summary>
    public int ToDraw { get; init; }

    /// <summary>Epochs that all of this trains, at most: a scheduler gives trials up before that.</summary>
    public long EpochsToTrain { get; init; }

    /// <summary>There is nothing to be done and nothing to be remembered.</summary>
    public bool IsNothing { get; init; }

    /// <summary>Trials in the words of the changed file: those that it gives with other parameters than they have, and those that it no
    /// longer gives, which say in full what the template no longer says.</summary>
    internal ImmutableArray<(int Trial, ImmutableSortedDictionary<string, string> Parameters)> Restated { get; init; } = [];

    /// <summary>Trials that have an attempt with the old last epoch.</summary>
    internal ImmutableArray<int> Recalled { get; init; } = [];

    /// <summary>The ways of the learning rate of trials that train on.</summary>
    internal ImmutableArray<(int Trial, ScheduleBeyondEnd? Beyond)> Goes { get; init; } = [];

    public static SweepChange Of(SweepState state, ChangeSpec command)
    {
        var change = new SweepChange
        {
            Differences = [.. SpecDifference.Between(state.Spec, command.Spec)],
            Epochs = (TrialFactory.Epochs(state.Spec, null), TrialFactory.Epochs(command.Spec, null)),
        };
        return ChangeRefusals.Of(state, command.Spec, change.Differences) is { IsEmpty: false } refusals
            ? change with
            {
                Refusals = refusals,
            }
            : new ChangeOfTrials(state, command).Put(change);
    }

    /// <returns>What is to be kept of it, in the order in which it happens.</returns>
    internal Decision Decide(SweepState state, ChangeSpec command, DateTimeOffset now)
    {
        if (!Refusals.IsEmpty)
            return Decision.Refuse(string.Join("; ", Refusals));
        if (IsNothing)
            return Decision.Nothing;
        if (AsksForSchedule)
            return Decision.Refuse(
                Invariant(
                    $"training.schedule: the cosine falls to the last epoch, which was {Epochs.Before} and is to be {Epochs.After}: say "
                ) + $"how the learning rate of trials that have begun goes on: {ScheduleChoices.Expected}"
            );
        if (command.Spec.Budget != state.Spec.Budget && Budgets.Past(command.Spec.Budget, now) is { } past)
            return Decision.Refuse(past);
        var work = !Continued.IsEmpty || !New.IsEmpty || !EvaluatedAgain.IsEmpty || SearchesOn;
        work |= NextWork.ChosenEvaluations(state with { Spec = command.Spec }).Any();
        var events = ImmutableArray.CreateBuilder<SweepEvent>();
        // Of each configuration the first trial stays its first.
        events.AddRange(Dropped.OrderDescending().Select(number => new TrialDropped(number) { At = now }));
        events.AddRange(Restored.Select(number => new TrialRestored(number) { At = now }));
        events.AddRange(Restated.Select(one => new TrialRestated(one.Trial, one.Parameters) { At = now }));
        events.Add(new SpecChanged(command.Spec, command.File, command.Beyond) { At = now });
        if (state.IsOver && work)
            events.Add(new SweepReopened { At = now });
        var evaluated = EvaluatedAgain.Concat(Dropped).Concat(Goes.Select(one => one.Trial).Where(IsTrained)).ToHashSet();
        events.AddRange(ShareAndBudget.GiveUpEvaluations(state, evaluated, "the sweep file was changed", now));
        events.AddRange(Goes.Select(one => new TrialContinued(one.Trial, one.Beyond) { At = now }));
        events.AddRange(EvaluatedAgain.Select(number => new EvaluationRetried(number) { At = now }));
        events.AddRange(
            New.Select(
                (one, index) =>
                    new TrialAdded(state.Trials.Count + 1 + index, one.Parameters) { At = now, Configuration = one.Configuration }
            )
        );
        events.AddRange(
            from held in state.Leases.Values
            where held.Lease.Kind == WorkKind.Training && !held.IsPreempted && Recalled.Contains(held.Lease.Trial)
            orderby held.Lease.Token
            select new TrialPreempted(held.Lease.Trial, held.Lease.Token, By: null) { At = now }
        );
        // What was set since the sweep began stays, unless the file changes it.
        var share = command.Spec.Share == state.Spec.Share ? state.Share : command.Spec.Share;
        var budget = command.Spec.Budget == state.Spec.Budget ? state.Budget : command.Spec.Budget;
        events.AddRange(ShareAndBudget.To(events.Aggregate(state, SweepState.Apply), share, budget, now));
        var all = events.ToImmutable();
        return all.Aggregate(state, SweepState.Apply).IsOver ? new Decision(all) : SweepDecider.WithSweepEnd(state, all, now);

        bool IsTrained(int number) => state.Trial(number).Status is TrialStatus.Completed or TrialStatus.Stopped;
    }
}

/// <param name="Parameters">Dotted path to canonical text.</param>
/// <param name="Configuration">The earlier one that it is a replicate more of; null where it is of a new one.</param>
public sealed record NewTrial(ImmutableSortedDictionary<string, string> Parameters, int? Configuration);
