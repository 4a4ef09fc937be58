using Orchestrator.Evaluation.Distances;
using Orchestrator.Evaluation.Features;
using Orchestrator.Sweeps.Specs;
using Orchestrator.Sweeps.Tasks;
using static TorchSharp.torch;

namespace Orchestrator.Evaluation.Scoring;

/// <summary>Measures sets of generated images against the test split's features.</summary>
/// <param name="seed">The seed of the kernel distance's subsets.</param>
/// <param name="fidSeed">The seed of the extrapolation's subsets.</param>
sealed class DistanceScoring(DatasetReference reference, KidSpec kid, long seed, long fidSeed)
{
    /// <summary>The least number of images: below it the kernel distance has no standard error.</summary>
    const int Least = 4;

    readonly KernelReference real = new(reference.TestFeatures);
    readonly FrechetReference normal = new(reference.TestFeatures);

    /// <param name="images">Batches of uint8 [n, C, H, W]; each is done with before the next is asked for.</param>
    /// <returns>float32 [n, d]; the caller's.</returns>
    public Tensor Features(IEnumerable<Tensor> images)
    {
        using var scope = NewDisposeScope();
        return cat(images.Select(reference.Network.Of).ToArray()).MoveToOuterDisposeScope();
    }

    public SetDistances Score(string set, Tensor features)
    {
        using var scope = NewDisposeScope();
        return new SetDistances(
            set,
            (int)features.shape[0],
            (int)reference.TestFeatures.shape[0],
            reference.Network.Info,
            FrechetEstimate.Between(normal, features),
            KernelDistance.AllPairs(real, features),
            KernelDistance.OverSubsets(reference.TestFeatures, features, kid.Subsets, kid.SubsetSize, seed)
        );
    }

    /// <summary>The distances of a few images; null where they are fewer than 4.</summary>
    public (double? Fid, KernelEstimate? Kid) Few(Tensor features) =>
        features.shape[0] < Least ? (null, null) : (FrechetDistance.Between(normal, features), KernelDistance.AllPairs(real, features));

    public SampleDetails Details(Tensor features)
    {
        using var scope = NewDisposeScope();
        var support = PrecisionRecall.Between(reference.TestFeatures, features);
        var limit = features.shape[0] >= ExtrapolatedDistance.LeastRows() ? ExtrapolatedDistance.Of(normal, features, fidSeed) : null;
        return new SampleDetails(
            (int)features.shape[0],
            (int)reference.TestFeatures.shape[0],
            support.Precision,
            support.PrecisionStandardError,
            support.Recall,
            support.RecallStandardError,
            support.Neighbours,
            limit?.Value,
            limit?.StandardError
        );
    }
}
