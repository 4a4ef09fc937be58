using System.Collections.Immutable;
using Orchestrator.Evaluation.Images;
using Orchestrator.Flows;
using Orchestrator.Flows.Distributions;
using Orchestrator.Sweeps;
using Orchestrator.Sweeps.Tasks;
using Orchestrator.Training.Data;
using Orchestrator.Training.Trials;
using static TorchSharp.torch;

namespace Orchestrator.Evaluation.Scoring;

/// <summary>A trained flow beside the test split: images to latents, latents to bytes, in batches that fit any memory.</summary>
sealed class EvaluatedFlow(FlowModel flow, ImageTensors test, int levels, EvaluationSeeds seeds, CancellationToken stop)
{
    const int BatchSize = 250;

    /// <summary>Draws of the dequantisation noise go on until so many noisy images are scored: many on a small test split, one on a
    /// large.</summary>
    const int LeastScored = 3000;

    /// <summary>Test images of which every figure is kept.</summary>
    const int FirstImages = 10;

    public BaseDistribution Base => flow.BaseDistribution;

    public int Images => (int)test.Count;

    /// <returns>How many batches so many images take.</returns>
    public static int Batches(int images) => (images + BatchSize - 1) / BatchSize;

    /// <returns>Bits per dimension of the test split, and the figures they are made of.</returns>
    public (BitsPerDimScore Score, TestDetails Details) TestBitsPerDim()
    {
        var draws = Enumerable
            .Range(0, (LeastScored + Images - 1) / Images)
            .Select(draw => Likelihood.BitsPerDim(flow, test, levels, seeds.Test(draw), stop: stop))
            .ToArray();
        if (draws.SelectMany(bits => bits.Index()).FirstOrDefault(image => !double.IsFinite(image.Item), (-1, 0)) is { Index: >= 0 } bad)
            throw NotFinite($"bits per dimension of test image {bad.Index} are {bad.Item}");
        var perImage = Enumerable.Range(0, Images).Select(image => draws.Average(bits => bits[image])).ToArray();
        var moments = Moments.From(perImage);
        return (
            new BitsPerDimScore(moments.Mean, moments.StandardError ?? double.NaN, draws.Length, Images),
            new TestDetails(
                [.. draws.Select(bits => bits.Average())],
                [
                    .. Enumerable
                        .Range(0, Math.Min(FirstImages, Images))
                        .Select(image => draws.Select(bits => bits[image]).ToImmutableArray()),
                ]
            )
        );
    }

    /// <returns>Largest |decode(encode(y)) - y| over one batch of the test split, in pixels of [-1/2, 1/2].</returns>
    public double RoundTripError()
    {
        using var scope = NewDisposeScope();
        var pixels = Dequantisation.Apply(test.Range(0, Math.Min(BatchSize, Images)), levels, seeds.Test(0));
        var error = (flow.Decode(flow.Encode(pixels)) - pixels).abs().max().item<float>();
        return float.IsFinite(error) ? error : throw NotFinite($"the round-trip error of a test image is {error}");
    }

    /// <param name="images">Indices into the test split.</param>
    /// <returns>Latents [images, d] in the flow's type; the caller's.</returns>
    public Tensor Encode(int[] images)
    {
        using var scope = NewDisposeScope();
        var batches = images
            .Chunk(BatchSize)
            .Select(
                (batch, number) =>
                {
                    stop.ThrowIfCancellationRequested();
                    return flow.Encode(Dequantisation.Apply(test.Batch(batch), levels, seeds.Encoding(number)));
                }
            );
        return cat(batches.ToArray()).MoveToOuterDisposeScope();
    }

    /// <summary>Latents [n, d] as images, uint8 [n, C, H, W] on 0..255, batch by batch; each is disposed when the next is asked
    /// for.</summary>
    public IEnumerable<Tensor> Decode(Tensor latents)
    {
        for (var start = 0L; start < latents.shape[0]; start += BatchSize)
        {
            stop.ThrowIfCancellationRequested();
            using var batch = Shown(() => flow.Decode(latents.narrow(0, start, Math.Min(BatchSize, latents.shape[0] - start))));
            yield return batch;
        }
    }

    /// <summary>Fresh images of the flow, as <see cref="Decode"/> gives them.</summary>
    public IEnumerable<Tensor> Sample(int count)
    {
        for (var start = 0; start < count; start += BatchSize)
        {
            stop.ThrowIfCancellationRequested();
            using var generator = new Generator((ulong)seeds.Samples(start / BatchSize));
            using var batch = Shown(() => flow.Sample(Math.Min(BatchSize, count - start), generator));
            yield return batch;
        }
    }

    /// <param name="shown">As <see cref="Decode"/> gives them.</param>
    /// <returns>Bits per dimension of each image, from one draw of the noise.</returns>
    public double[] BitsPerDim(Tensor shown, long seed)
    {
        using var scope = NewDisposeScope();
        var levelled = shown.to(ScalarType.Float32).Times((levels - 1) / 255.0).round_().to(ScalarType.Byte).to(test.Range(0, 1).device);
        var nats = flow.LogProb(Dequantisation.Apply(levelled, levels, seed)).cpu();
        var dimensions = shown.numel() / shown.shape[0];
        var bits = nats.data<double>().Select(logProb => Dequantisation.BitsPerDim(-logProb / dimensions, levels)).ToArray();
        return Array.TrueForAll(bits, double.IsFinite) ? bits : throw NotFinite("bits per dimension of a decoded image are not finite");
    }

    Tensor Shown(Func<Tensor> decode)
    {
        using var scope = NewDisposeScope();
        return Quantise.ToBytes(Quantise.ToLevels(decode(), levels), levels).cpu().MoveToOuterDisposeScope();
    }

    /// <param name="what">With the value, such as "the round-trip error is NaN".</param>
    public static TrialFailure NotFinite(string what) => new(AttemptCause.Divergence, $"{what}; a flow that is not finite has no scores");
}
