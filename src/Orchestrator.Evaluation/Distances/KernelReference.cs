using static TorchSharp.torch;

namespace Orchestrator.Evaluation.Distances;

/// <summary>A set of features with the kernel sums of its own pairs, for many comparisons against one set.</summary>
public sealed class KernelReference
{
    /// <param name="features">[n, d], n at least 4, any floating type; the copy in double lives in the caller's dispose scope.</param>
    /// <exception cref="NonFiniteFeaturesException">Any NaN or infinity; names the first.</exception>
    public KernelReference(Tensor features)
    {
        Features = FeatureMatrix.Checked(features, least: 4);
        Within = GramSums.Within(Features);
    }

    public int Dimensions => (int)Features.shape[1];

    internal Tensor Features { get; }

    internal GramSums Within { get; }
}
