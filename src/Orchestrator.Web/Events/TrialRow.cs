using System.Collections.Immutable;
using System.Globalization;
using Orchestrator.Sweeps.Attempts;
using Orchestrator.Sweeps.Domain;

namespace Orchestrator.Web.Events;

/// <summary>One trial as a line of a table; a figure that is not known is null.</summary>
sealed record TrialRow(
    string Id,
    TrialStatus State,
    EvaluationStatus Evaluation,
    AttemptCause? Cause,
    string? Message,
    ImmutableSortedDictionary<string, string> Parameters,
    int Attempts,
    int Epochs,
    int? EpochsTotal,
    double? TrainBitsPerDim,
    double? ValidationBitsPerDim,
    double? TestBitsPerDim,
    double? Fid,
    double? Kid,
    double? ImagesPerSecond,
    string? Node,
    double? Seconds)
{
    const string EpochsPath = "training.epochs";

    public static TrialRow Of(SweepState state, TrialState trial)
    {
        var end = trial.End is { Cause: not AttemptCause.Done } unhappy ? unhappy : null;
        var last = trial.LastReport;
        return new(
            trial.Id,
            trial.Status,
            trial.Evaluation,
            end?.Cause,
            end?.Message,
            trial.Parameters,
            trial.Attempts,
            trial.Epochs,
            PlannedEpochs(state, trial),
            Finite(last?.TrainBitsPerDim),
            Finite(last?.ValidationBitsPerDim),
            Finite(trial.Scores?.Test.BitsPerDim),
            Finite(trial.Scores?.Samples.Fid),
            Finite(trial.Scores?.Samples.Kid),
            Finite(last?.ImagesPerSecond),
            trial.Node,
            trial.Attempts == 0 ? null : trial.Trained.TotalSeconds);
    }

    static int? PlannedEpochs(SweepState state, TrialState trial) =>
        int.TryParse(trial.Parameters.GetValueOrDefault(EpochsPath) ?? state.Spec.Trial.GetValueOrDefault(EpochsPath), CultureInfo.InvariantCulture, out var epochs) ? epochs : null;

    static double? Finite(double? figure) => figure is { } value && double.IsFinite(value) ? value : null;
}

/// <summary>Data of <c>event: trial</c>.</summary>
sealed record TrialEventData(string Sweep, TrialRow Row);

/// <summary>Data of <c>event: sweep</c>.</summary>
sealed record SweepEventData(string Id, long Sequence, SweepStatus State, ImmutableSortedDictionary<TrialStatus, int> Counts, int EpochsDone)
{
    public static SweepEventData Of(long sequence, SweepState state) => new(
        state.Spec.Name,
        sequence,
        state.Status,
        Enum.GetValues<TrialStatus>().ToImmutableSortedDictionary(status => status, state.Count),
        state.Trials.Sum(trial => trial.Epochs));
}
