using static TorchSharp.torch;

namespace Orchestrator.Evaluation.Distances;

/// <summary>Mean of a set of features and a factor of its covariance, found once for many comparisons. Lives in the caller's dispose
/// scope.</summary>
public sealed class FrechetReference
{
    /// <summary>Straight from the features, exact to rounding whatever their rank.</summary>
    /// <exception cref="NonFiniteFeaturesException">Any NaN or infinity; names the first.</exception>
    /// <exception cref="ArgumentException">Fewer than 2 rows.</exception>
    public FrechetReference(Tensor features)
    {
        Mean = FrechetDistance.Mean(features);
        Factor = FrechetDistance.Factor(features, Mean);
    }

    /// <exception cref="ArgumentException">Fewer than 2 samples.</exception>
    public FrechetReference(FeatureStatistics statistics) => (Mean, Factor) = (tensor(statistics.Mean), FrechetDistance.Factor(statistics));

    internal Tensor Mean { get; }

    internal Tensor Factor { get; }
}
