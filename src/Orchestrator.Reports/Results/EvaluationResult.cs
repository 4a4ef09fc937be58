using System.Collections.Immutable;
using Orchestrator.Sweeps.Domain;
using Orchestrator.Sweeps.Tasks;

namespace Orchestrator.Reports.Results;

/// <param name="Interpolation">By scheme; empty until the trial is evaluated.</param>
public sealed record EvaluationResult(
    EvaluationStatus State,
    AttemptCause? Cause,
    string? Message,
    int Attempts,
    FeaturesResult Features,
    SamplesResult Samples,
    ImmutableSortedDictionary<string, InterpolationResult> Interpolation,
    double? RoundTripError
)
{
    internal static EvaluationResult From(TrialState trial, EvaluationScores? scores)
    {
        var end = TrialResult.Unhappy(trial.EvaluationEnd);
        var (features, samples) = (scores?.Features, scores?.Samples);
        var interpolation = ImmutableSortedDictionary.CreateBuilder<string, InterpolationResult>(StringComparer.Ordinal);
        if (scores is not null)
            foreach (var (scheme, of) in scores.Interpolation)
                interpolation.Add(scheme, InterpolationResult.From(of));
        return new(
            trial.Evaluation,
            end?.Cause,
            end?.Message,
            trial.Evaluations,
            new(features?.Name, features?.Sha256, features?.Layer),
            new(
                samples?.N,
                samples?.NReal,
                Known.Finite(samples?.Fid),
                Known.Finite(samples?.FidStandardError),
                Known.Finite(samples?.Kid),
                Known.Finite(samples?.KidStandardError)
            ),
            interpolation.ToImmutable(),
            Known.Finite(scores?.RoundTripError)
        );
    }
}

/// <param name="Sha256">SHA-256 of the feature network's weights.</param>
public sealed record FeaturesResult(string? Name, string? Sha256, string? Layer);

/// <param name="N">Generated images; <paramref name="NReal"/> real ones stand against them.</param>
public sealed record SamplesResult(int? N, int? NReal, double? Fid, double? FidStandardError, double? Kid, double? KidStandardError);

/// <param name="PathTypicality">In standard deviations of the base log-density; 0 is typical.</param>
public sealed record InterpolationResult(
    int N,
    double? Fid,
    double? FidStandardError,
    double? Kid,
    double? KidStandardError,
    double? PathTypicality
)
{
    internal static InterpolationResult From(InterpolationScores scores) =>
        new(
            scores.N,
            Known.Finite(scores.Fid),
            Known.Finite(scores.FidStandardError),
            Known.Finite(scores.Kid),
            Known.Finite(scores.KidStandardError),
            Known.Finite(scores.PathTypicality)
        );
}
