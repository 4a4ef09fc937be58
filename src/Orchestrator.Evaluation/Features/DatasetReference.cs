using Orchestrator.Sweeps.Tasks;
using static TorchSharp.torch;

namespace Orchestrator.Evaluation.Features;

/// <summary>All that an evaluation needs of a data set and of no trial.</summary>
/// <param name="TestFeatures">float32 [test images, d], in the test split's order.</param>
/// <param name="TestAccuracy">The accuracy of the feature network as a classifier of the data set, 0..1; NaN where it is none.</param>
public sealed record DatasetReference(IImageFeatures Network, Tensor TestFeatures, double TestAccuracy, BaselineScores Baselines)
    : IDisposable
{
    public void Dispose()
    {
        Network.Dispose();
        TestFeatures.Dispose();
    }
}
