using Orchestrator.Evaluation.Distances;
using Orchestrator.Evaluation.Features;
using Orchestrator.Sweeps.Specs;
using static TorchSharp.torch;

namespace Orchestrator.Evaluation.Scoring;

/// <summary>Measures sets of generated images against the test split's features.</summary>
/// <param name="seed">Of the kernel distance's subsets.</param>
sealed class DistanceScoring(DatasetReference reference, KidSpec kid, long seed)
{
    readonly KernelReference real = new(reference.TestFeatures);

    /// <param name="images">Batches of uint8 [n, C, H, W]; each is done with before the next is asked for.</param>
    public SetDistances Score(string set, IEnumerable<Tensor> images)
    {
        using var scope = NewDisposeScope();
        var features = cat(images.Select(reference.Network.Of).ToArray());
        return new SetDistances(
            set, (int)features.shape[0], (int)reference.TestFeatures.shape[0], reference.Network.Info,
            FrechetDistance.Between(reference.TestFeatures, features),
            KernelDistance.AllPairs(real, features),
            KernelDistance.OverSubsets(reference.TestFeatures, features, kid.Subsets, kid.SubsetSize, seed));
    }
}
