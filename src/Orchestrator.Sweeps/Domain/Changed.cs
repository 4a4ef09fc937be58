using System.Collections.Immutable;
using Orchestrator.Sweeps.Scheduling;
using Orchestrator.Sweeps.Specs;

namespace Orchestrator.Sweeps.Domain;

/// <summary>A sweep's state after the events of a <see cref="SweepChange"/>.</summary>
static class Changed
{
    /// <remarks>Trials on their way to a level go to the same one, or where the new file has no such level to the next above it.</remarks>
    public static SweepState To(SweepState state, SpecChanged change)
    {
        var (before, spec) = (state.Spec, change.Spec);
        var after = state with { Spec = spec, File = change.File, IsSearchOver = spec.Search.IsGrid };
        if (spec.Scheduler.Promotes)
            foreach (var (index, numbers) in state.Configurations.Index())
            {
                var promotions = Promotions(before, spec, index + 1, [.. numbers.Select(state.Trial)]);
                after = numbers.Aggregate(after, (sweep, number) => sweep.With(sweep.Trial(number) with { Promotions = promotions }));
            }

        return Searched.IsSameSpace(before, spec) ? after : after with { History = Searched.Remembered(after) };
    }

    static int Promotions(SweepSpec before, SweepSpec after, int configuration, ImmutableArray<TrialState> trials)
    {
        var known = Levels.Of(before, configuration);
        // One that was dropped may have trained for longer than a shorter file said meanwhile.
        var goal = trials.Max(trial => Math.Max(known[trial.Promotions], trial.Epochs));
        var levels = Levels.Of(after, configuration);
        return Math.Min(levels.Count(level => level < goal), levels.Length - 1);
    }

    /// <remarks>What trains of it is asked to leave; its lease holds until it has.</remarks>
    public static SweepState Dropped(SweepState state, TrialState trial)
    {
        var dropped = trial with
        {
            IsDropped = true,
            Status = trial.Status is TrialStatus.Pending or TrialStatus.Paused ? TrialStatus.Stopped : trial.Status,
            Evaluation = trial.Evaluation == EvaluationStatus.Pending ? EvaluationStatus.None : trial.Evaluation,
        };
        var after = Ladders.Left(state, trial).With(dropped);
        var others = state.Configurations[trial.Configuration - 1].Remove(trial.Number);
        return others.IsEmpty
            ? after with
            {
                DroppedConfigurations = state.DroppedConfigurations + 1,
            }
            : after.WithConfiguration(trial.Configuration, others);
    }

    public static SweepState Restored(SweepState state, TrialState trial)
    {
        var first = state.ReplicatesOf(trial.Configuration).First();
        var after = state.With(trial with { IsDropped = false, Promotions = first.Promotions });
        var of = state.Configurations[trial.Configuration - 1];
        if (of.Contains(trial.Number))
            return after with { DroppedConfigurations = state.DroppedConfigurations - 1 };
        after = after.WithConfiguration(trial.Configuration, [.. of.Add(trial.Number).Order()]);
        // Its others are compared without it until it has come to where they are.
        return Ladders.Arrived(Ladders.Unranked(after, first), after.Trial(trial.Number));
    }

    public static SweepState Continued(SweepState state, TrialState trial, ScheduleBeyondEnd? beyond)
    {
        var continued = trial with { Beyond = beyond };
        if (trial.Status is not (TrialStatus.Completed or TrialStatus.Stopped))
            return state.With(continued);
        var first = state.ReplicatesOf(trial.Configuration).First();
        // What was the last level and is one on the way now: the trial waits there, as all that come there.
        if (trial.Status == TrialStatus.Completed && state.Spec.Scheduler.Promotes && IsAtLevel(state, trial))
            return Ladders.Unranked(state.With(continued with { Status = TrialStatus.Paused }), first).Arrived(trial.Number);
        // Its scores were those of a checkpoint on the way.
        var after = state.With(continued with { Status = TrialStatus.Pending, Evaluation = EvaluationStatus.None, Scores = null });
        return Searched.Continued(Ladders.Unranked(after, first), trial.Configuration);
    }

    static bool IsAtLevel(SweepState state, TrialState trial) =>
        Ladders.Milestone(state, trial) == trial.Epochs && trial.Epochs < Ladders.TrialEpochs(state.Spec, trial);
}
