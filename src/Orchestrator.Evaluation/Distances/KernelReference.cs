using static TorchSharp.torch;

namespace Orchestrator.Evaluation.Distances;

/// <summary>A set of features with the kernel sums of its own pairs, for many comparisons against one set.</summary>
public sealed class KernelReference
{
    /// <param name="features">[n, d], n at least 4, any floating type; kept, not copied: it must outlive this.</param>
    /// <exception cref="NonFiniteFeaturesException">Any NaN or infinity; names the first.</exception>
    public KernelReference(Tensor features)
    {
        FeatureMatrix.CheckAll(features, least: 4);
        Features = features;
        Within = GramSums.Within(Features);
    }

    public int Dimensions => (int)Features.shape[1];

    internal Tensor Features { get; }

    internal GramSums Within { get; }
}
