using Orchestrator.Evaluation.Distances;
using Orchestrator.Sweeps.Attempts;

namespace Orchestrator.Evaluation.Comparison;

/// <summary>The document that <c>eval distance --json</c> prints.</summary>
/// <param name="Fid">Frechet distance of the features, covariances over n - 1.</param>
/// <param name="PrecisionRecall">Null where it was not asked for, or a set has no more than its neighbours.</param>
/// <param name="FidInfinity">Null where it was not asked for, or there are too few samples to extrapolate from.</param>
/// <param name="Features">The network that made them; null where features were given.</param>
public sealed record DistanceResult(
    long NReal,
    long NGenerated,
    int Dimensions,
    double Fid,
    KidResult Kid,
    PrecisionRecall? PrecisionRecall,
    ExtrapolatedDistance? FidInfinity,
    FeatureInfo? Features)
{
    public string CovarianceDivisor { get; } = "n - 1";
    public string Arithmetic { get; } = "float64";
}

/// <param name="AllPairs">The unbiased estimate over every pair.</param>
/// <param name="StandardError">Of that; null for sets of fewer than 4.</param>
/// <param name="SubsetStd">Population standard deviation over the subsets.</param>
public sealed record KidResult(double AllPairs, double? StandardError, double SubsetMean, double SubsetStd, int Subsets, int SubsetSize, long Seed);
