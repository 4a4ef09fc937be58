using Orchestrator.Evaluation.Distances;
using Orchestrator.Evaluation.Images;
using Orchestrator.Training.Data;
using static TorchSharp.torch;

namespace Orchestrator.Evaluation.Scoring;

/// <summary>The training images nearest to samples, pixel by pixel: whether a flow has learnt its data by heart.</summary>
static class Neighbours
{
    /// <param name="samples">uint8 [n, C, H, W] on 0..255.</param>
    /// <returns>uint8 [n · (1 + neighbours), C, H, W]: each sample, then its nearest training images by Euclidean distance, nearest first.
    /// The caller's.</returns>
    public static Tensor Of(Tensor samples, ImageSplit train, int levels, int neighbours)
    {
        using var scope = NewDisposeScope();
        using var images = new ImageTensors(train, CPU);
        var known = Quantise.ToBytes(images.Range(0, images.Count), levels);
        var nearest = NearestNeighbours.Nearest(samples.flatten(1), known.flatten(1), neighbours);
        var found = known[nearest.flatten()].reshape((long[])[samples.shape[0], neighbours, .. samples.shape[1..]]);
        return cat([samples.unsqueeze(1), found], 1).flatten(0, 1).MoveToOuterDisposeScope();
    }
}
