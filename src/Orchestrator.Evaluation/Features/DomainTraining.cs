using Orchestrator.Evaluation.Images;
using Orchestrator.Sweeps;
using Orchestrator.Training.Data;
using static TorchSharp.torch;

namespace Orchestrator.Evaluation.Features;

/// <summary>Trains the domain classifier of a data set on its training split: a pure function of the data, on one machine and one
/// thread.</summary>
static class DomainTraining
{
    const int BatchSize = 64;
    const double LearningRate = 2e-3;

    /// <summary>How many images training sees: enough for a small set to be learned well, and one pass over a large one.</summary>
    public const int LeastImages = 20_000;

    /// <summary>Not a sweep's seed: every evaluation of a data set is to see the same features.</summary>
    const long FeatureSeed = 1;

    /// <param name="leastImages">Images seen, rounded up to whole epochs.</param>
    public static DomainNetwork Train(ImageDataset dataset, int leastImages, CancellationToken stop)
    {
        using var scope = NewDisposeScope();
        using var gradients = enable_grad();
        var network = new DomainNetwork(dataset.Shape, dataset.Classes, Seed.Derive(FeatureSeed, "weights"));
        using var images = new ImageTensors(dataset.Train, CPU);
        var labels = tensor(dataset.Train.Labels, ScalarType.Int64);
        using var optimiser = new DomainAdam(network.parameters());

        var perEpoch = (dataset.Train.Count + BatchSize - 1) / BatchSize;
        var epochs = (leastImages + dataset.Train.Count - 1) / dataset.Train.Count;
        for (var epoch = 0; epoch < epochs; epoch++)
        {
            var order = Permutation.Of(dataset.Train.Count, Seed.Derive(FeatureSeed, "order", epoch));
            for (var step = 0; step < perEpoch; step++)
            {
                stop.ThrowIfCancellationRequested();
                using var memory = NewDisposeScope();
                var remaining = 1 - (epoch * perEpoch + step) / (double)(epochs * perEpoch);
                var batch = order.AsSpan(step * BatchSize, Math.Min(BatchSize, order.Length - step * BatchSize));
                var logits = network.forward(Quantise.ToBytes(images.Batch(batch), dataset.Levels));
                var loss = nn.functional.cross_entropy(logits, labels[tensor(batch.ToArray(), ScalarType.Int64)]);
                network.zero_grad(set_to_none: false);
                loss.backward();
                optimiser.Step(LearningRate * remaining);
            }
        }

        network.eval();
        network.ScaleFeatures(1 / RootMeanSquare(network, images, dataset.Levels));
        return network;
    }

    /// <summary>The root mean square of all features of all images: without a common scale, FID and KID would depend on how large the
    /// network's weights happened to grow.</summary>
    static double RootMeanSquare(DomainNetwork network, ImageTensors images, int levels)
    {
        using var gradients = no_grad();
        var sum = 0.0;
        for (var start = 0; start < images.Count; start += DomainFeatures.BatchSize)
        {
            using var memory = NewDisposeScope();
            sum += network
                .Features(Quantise.ToBytes(images.Range(start, Math.Min(DomainFeatures.BatchSize, images.Count - start)), levels))
                .to(ScalarType.Float64)
                .Square()
                .sum()
                .item<double>();
        }

        return Math.Sqrt(sum / ((double)images.Count * DomainNetwork.Dimensions));
    }

    /// <returns>Share of a split's images whose class the network names, 0..1.</returns>
    public static double Accuracy(DomainNetwork network, ImageSplit split, int levels)
    {
        using var images = new ImageTensors(split, CPU);
        using var gradients = no_grad();
        var right = 0L;
        for (var start = 0; start < split.Count; start += DomainFeatures.BatchSize)
        {
            using var memory = NewDisposeScope();
            var count = Math.Min(DomainFeatures.BatchSize, split.Count - start);
            var named = network.forward(Quantise.ToBytes(images.Range(start, count), levels)).argmax(1);
            right += named.eq(tensor(split.Labels.AsSpan(start, count).ToArray(), ScalarType.Int64)).sum().item<long>();
        }

        return right / (double)split.Count;
    }
}
