using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using Orchestrator.Reports.Results;
using Orchestrator.Sweeps.Domain;
using Orchestrator.Sweeps.Tasks;

namespace Orchestrator.Reports.Views;

/// <summary>Everything of one trial.</summary>
public sealed record TrialDetail : TrialRow
{
    public TrialDetail() { }

    [SetsRequiredMembers]
    TrialDetail(TrialRow row, TrialState trial, ImmutableArray<CostRow> took, ImmutableArray<ArtifactEntry> artifacts)
        : base(row)
    {
        Curve = [.. trial.Curve.Select(CurvePoint.From)];
        Ends = trial.Ends;
        Took = took;
        Checkpoint = trial.Checkpoint is { } checkpoint ? new TrialCheckpoint(checkpoint.Path, checkpoint.Sha256, checkpoint.Epoch) : null;
        Memory = MemoryResult.From(trial);
        EvaluationScores = trial.Evaluation == EvaluationStatus.None ? null : EvaluationResult.From(trial, trial.Scores);
        Artifacts = artifacts;
    }

    /// <summary>The learning curve by epoch; an epoch done again by a later attempt is there once.</summary>
    public required ImmutableArray<CurvePoint> Curve { get; init; }

    /// <summary>How attempts ended, and how many of each.</summary>
    public required ImmutableSortedDictionary<AttemptCause, int> Ends { get; init; }

    /// <summary>What each of its attempts and evaluations took, in the order in which they began.</summary>
    public required ImmutableArray<CostRow> Took { get; init; }

    /// <summary>The newest checkpoint.</summary>
    public required TrialCheckpoint? Checkpoint { get; init; }
    public required MemoryResult Memory { get; init; }
    public required EvaluationResult? EvaluationScores { get; init; }

    /// <summary>The files of the trial that this coordinator has.</summary>
    public required ImmutableArray<ArtifactEntry> Artifacts { get; init; }

    public static TrialDetail From(SweepState state, TrialState trial, DateTimeOffset now, ImmutableArray<ArtifactEntry> artifacts) =>
        new(From(state, trial, now), trial, SweepCost.OfAttempts(state, trial, now), artifacts);
}

public sealed record TrialCheckpoint(string Path, string Sha256, int Epoch);

public sealed record ArtifactEntry(string Name, long Bytes, string ContentType);

/// <summary>One epoch.</summary>
public sealed record CurvePoint(
    int Epoch,
    double? TrainBitsPerDim,
    double? ValidationBitsPerDim,
    double? LearningRate,
    double? GradientNorm,
    double? ImagesPerSecond,
    double? Seconds
)
{
    internal static CurvePoint From(EpochReport report) =>
        new(
            report.Epoch,
            Known.Finite(report.TrainBitsPerDim),
            Known.Finite(report.ValidationBitsPerDim),
            Known.Finite(report.LearningRate),
            Known.Finite(report.GradientNorm),
            Known.Finite(report.ImagesPerSecond),
            Known.Finite(report.Seconds)
        );
}
