using System.Collections.Immutable;
using Orchestrator.Reports.Results;
using Orchestrator.Sweeps.Domain;
using Orchestrator.Sweeps.Search;
using Orchestrator.Sweeps.Tasks;

namespace Orchestrator.Reports.Views;

/// <summary>One trial in a line: one of <c>GET /api/sweeps/{id}/trials</c>.</summary>
public record TrialRow
{
    public required string Id { get; init; }
    public required TrialStatus State { get; init; }

    /// <summary>It is no longer in the sweep file.</summary>
    public required bool Dropped { get; init; }

    /// <summary>What somebody says of it; null where nobody does.</summary>
    public string? Note { get; init; }
    public required EvaluationStatus Evaluation { get; init; }

    /// <summary>Why the last attempt ended; null where it runs, or ended well.</summary>
    public required AttemptCause? Cause { get; init; }
    public required string? Message { get; init; }

    /// <summary>The parameters by dotted path, as canonical text: as <see cref="TrialParameters.Of"/> has them.</summary>
    public required ImmutableSortedDictionary<string, string> Parameters { get; init; }
    public required int Attempts { get; init; }

    /// <summary>The parts into which attempts cut a batch since one ran out of memory; null where the file's number holds.</summary>
    public required int? Accumulate { get; init; }

    /// <summary>How often it was promoted from a rung to the next.</summary>
    public required int Promotions { get; init; }
    public required int Epochs { get; init; }
    public required int EpochsTotal { get; init; }
    public required double? TrainBitsPerDim { get; init; }
    public required double? ValidationBitsPerDim { get; init; }
    public required double? TestBitsPerDim { get; init; }
    public required double? Fid { get; init; }
    public required double? Kid { get; init; }

    /// <summary>Images per second in the last epoch.</summary>
    public required double? ImagesPerSecond { get; init; }
    public required string? Node { get; init; }

    /// <summary>The seconds spent in training until now, over all attempts; null before the first.</summary>
    public required double? Seconds { get; init; }

    /// <summary>All trials of a sweep, by number.</summary>
    public static IEnumerable<TrialRow> Of(SweepState state, DateTimeOffset now)
    {
        var training = state
            .Leases.Values.Where(held => held.Lease.Kind == WorkKind.Training)
            .ToDictionary(held => held.Lease.Trial, held => held.Lease);
        return state.Trials.Select(trial => From(state, trial, training.GetValueOrDefault(trial.Number), now));
    }

    public static TrialRow From(SweepState state, TrialState trial, DateTimeOffset now) =>
        From(
            state,
            trial,
            state.Leases.Values.FirstOrDefault(held => held.Lease.Kind == WorkKind.Training && held.Lease.Trial == trial.Number)?.Lease,
            now
        );

    /// <param name="training">The lease under which the trial trains; null where it does not.</param>
    static TrialRow From(SweepState state, TrialState trial, Lease? training, DateTimeOffset now)
    {
        var end = training is null ? TrialResult.Unhappy(trial.End) : null;
        var (report, scores) = (trial.LastReport, trial.Scores);
        var running = training is null ? TimeSpan.Zero : now - training.GrantedAt;
        return new TrialRow
        {
            Id = trial.Id,
            State = trial.Status,
            Dropped = trial.IsDropped,
            Note = Known.Text(trial.Note),
            Evaluation = trial.Evaluation,
            Cause = end?.Cause,
            Message = end?.Message,
            Parameters = TrialParameters.Of(state.Spec, trial.Parameters),
            Attempts = trial.Attempts,
            Accumulate = trial.Accumulate,
            Promotions = trial.Promotions,
            Epochs = trial.Epochs,
            EpochsTotal = Ladders.TrialEpochs(state.Spec, trial),
            TrainBitsPerDim = Known.Finite(report?.TrainBitsPerDim),
            ValidationBitsPerDim = trial.ValidationBitsPerDim,
            TestBitsPerDim = Known.Finite(scores?.Test.BitsPerDim),
            Fid = Known.Finite(scores?.Samples.Fid),
            Kid = Known.Finite(scores?.Samples.Kid),
            ImagesPerSecond = Known.Finite(report?.ImagesPerSecond),
            Node = trial.Node,
            // Another node's clock may be ahead of ours.
            Seconds = trial.Attempts == 0 ? null : (trial.Trained + (running > TimeSpan.Zero ? running : TimeSpan.Zero)).TotalSeconds,
        };
    }
}

/// <summary>What <c>GET /api/sweeps/{id}/trials</c> says.</summary>
public sealed record TrialRows(ImmutableArray<TrialRow> Trials);
