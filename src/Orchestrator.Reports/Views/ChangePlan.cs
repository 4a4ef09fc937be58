using System.Collections.Immutable;
using Orchestrator.Sweeps;
using Orchestrator.Sweeps.Domain;
using Orchestrator.Sweeps.Specs;

namespace Orchestrator.Reports.Views;

/// <summary>What <c>sweep apply</c> would do, and what <c>POST /api/sweeps/{id}/apply?dry_run=true</c> says.</summary>
/// <param name="Changes">False where the sweep is what the file says.</param>
/// <param name="Differences">Lines <c>path: old → new</c>.</param>
/// <param name="Refusals">Why it cannot be done; empty where it can.</param>
/// <param name="NeedsSchedule">It is to be said how the learning rate goes on of trials that have begun.</param>
/// <param name="New">How many trials are added.</param>
/// <param name="ToDraw">How many more trials the search draws.</param>
/// <param name="Epochs">That are trained, at most.</param>
/// <param name="Evaluations">That are made, at most.</param>
/// <param name="SlotSeconds">Of all that, by what was measured; null where nothing was.</param>
/// <param name="DiskBytes">Of the checkpoints of new trials, at most; null where none was written yet.</param>
public sealed record ChangePlan(
    string Id,
    bool Changes,
    ImmutableArray<string> Differences,
    ImmutableArray<string> Refusals,
    bool NeedsSchedule,
    ImmutableArray<string> Kept,
    ImmutableArray<string> Continued,
    int New,
    int ToDraw,
    ImmutableArray<string> Dropped,
    ImmutableArray<string> Restored,
    ImmutableArray<string> EvaluatedAgain,
    long Epochs,
    int Evaluations,
    double? SlotSeconds,
    long? DiskBytes
)
{
    public static ChangePlan From(SweepState state, ChangeSpec command)
    {
        var change = SweepChange.Of(state, command);
        var trained = change.Continued.Length + change.New.Length + change.ToDraw;
        var evaluations = change.EvaluatedAgain.Length + Math.Min(trained, EvaluationChoice.BestOf(command.Spec.Evaluation) ?? trained);
        var added = change.New.Length + change.ToDraw;
        return new ChangePlan(
            state.Spec.Name,
            !change.IsNothing && change.Refusals.IsEmpty,
            change.Differences,
            change.Refusals,
            change.AsksForSchedule,
            Ids(change.Kept),
            Ids(change.Continued),
            change.New.Length,
            change.ToDraw,
            Ids(change.Dropped),
            Ids(change.Restored),
            Ids(change.EvaluatedAgain),
            change.EpochsToTrain,
            evaluations,
            SecondsOf(state, change.EpochsToTrain, evaluations),
            Mean(state, trial => trial.Checkpoint?.Bytes) is { } bytes
                ? (long)(added * bytes * (command.Spec.Retention.KeepLast + command.Spec.Retention.KeepBest))
                : null
        );
    }

    static double? SecondsOf(SweepState state, long epochs, int evaluations) =>
        Mean(state, trial => trial.Epochs > 0 ? trial.SecondsInEpochs / trial.Epochs : null) is { } epoch
            ? epochs * epoch
                + evaluations * (Mean(state, trial => trial.Scores is null ? null : trial.Evaluated.TotalSeconds / trial.Evaluations) ?? 0)
            : null;

    static double? Mean(SweepState state, Func<TrialState, double?> of) => state.Trials.Select(of).Average();

    static ImmutableArray<string> Ids(IEnumerable<int> trials) => [.. trials.Select(TrialId.Of)];
}
