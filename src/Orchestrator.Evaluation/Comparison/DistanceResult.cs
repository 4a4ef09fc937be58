using System.Collections.Immutable;
using Orchestrator.Evaluation.Distances;
using Orchestrator.Evaluation.Files;
using Orchestrator.Sweeps.Tasks;

namespace Orchestrator.Evaluation.Comparison;

/// <summary>The document that <c>eval distance --json</c> prints.</summary>
/// <param name="Fid">Frechet distance of the features, covariances over n - 1.</param>
/// <param name="FidStandardError">The standard error of that over the draw of the generated samples; null where there is none.</param>
/// <param name="PrecisionRecall">Null where it was not asked for, or a set has no more than its neighbours.</param>
/// <param name="FidInfinity">Null where it was not asked for, or there are too few samples to extrapolate from.</param>
/// <param name="Features">The network that made them; null where features were given.</param>
public sealed record DistanceResult(
    long NReal,
    long NGenerated,
    int Dimensions,
    double Fid,
    double? FidStandardError,
    KidResult Kid,
    PrecisionRecall? PrecisionRecall,
    ExtrapolatedDistance? FidInfinity,
    FeatureInfo? Features
)
{
    public ComparedSet? Real { get; init; }
    public ComparedSet? Generated { get; init; }

    public string CovarianceDivisor { get; } = "n - 1";
    public string Arithmetic { get; } = "float64";
}

/// <param name="AllPairs">The unbiased estimate over every pair.</param>
/// <param name="StandardError">The standard error of that; null for sets of fewer than 4.</param>
/// <param name="SubsetStd">Population standard deviation over the subsets; null where there is but one.</param>
/// <param name="Subsets">One where a subset is the whole of both sets: all would be the same.</param>
public sealed record KidResult(
    double AllPairs,
    double? StandardError,
    double SubsetMean,
    double? SubsetStd,
    int Subsets,
    int SubsetSize,
    long Seed
)
{
    /// <summary>Why there are fewer subsets than were asked for; null where there are as many.</summary>
    public string? Note { get; init; }
}

/// <summary>Where one of the two sets came from.</summary>
/// <param name="LeftOut">Files below a folder of images that were not counted, by reason; empty for a file of features.</param>
/// <param name="Notes">What of a file was taken for no sample or no feature, each a sentence.</param>
public sealed record ComparedSet(string Path, long Samples, ImmutableArray<LeftOutReason> LeftOut, ImmutableArray<string> Notes);
