using Orchestrator.Flows;
using Orchestrator.Sweeps;
using Orchestrator.Training.Data;
using static TorchSharp.torch;

namespace Orchestrator.Training.Trials;

/// <summary>Bits per dimension of images under a flow.</summary>
public static class Likelihood
{
    /// <summary>Bits per dimension of each image, from one draw of the dequantisation noise; averages over draws and images are the
    /// caller's.</summary>
    /// <param name="seed">The seed of the noise; with it and the batch size equal, figures are equal to the last bit.</param>
    /// <param name="parts">Into which a batch is cut: the same noise in less memory.</param>
    /// <exception cref="OperationCanceledException">When <paramref name="stop"/> was asked for between two batches.</exception>
    public static double[] BitsPerDim(
        FlowModel flow,
        ImageTensors images,
        int levels,
        long seed,
        int batchSize = 250,
        int parts = 1,
        CancellationToken stop = default
    )
    {
        using var frozen = inference_mode();
        var result = new double[images.Count];
        for (var start = 0L; start < images.Count; start += batchSize)
        {
            stop.ThrowIfCancellationRequested();
            using var scope = NewDisposeScope();
            var pixels = images.Range(start, Math.Min(batchSize, images.Count - start));
            var dimensions = pixels[0].numel();
            var noisy = Dequantisation.Apply(pixels, levels, Seed.Derive(seed, "batch", start));
            foreach (var (i, nats) in noisy.chunk(parts).SelectMany(part => LogProb(flow, part)).Index())
                result[start + i] = Dequantisation.BitsPerDim(-nats / dimensions, levels);
        }

        return result;
    }

    static double[] LogProb(FlowModel flow, Tensor images)
    {
        using var scope = NewDisposeScope();
        return flow.LogProb(images).cpu().data<double>().ToArray();
    }
}
