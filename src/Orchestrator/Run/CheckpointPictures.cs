using Orchestrator.Evaluation.Images;
using Orchestrator.Flows;
using Orchestrator.Flows.Interpolation;
using Orchestrator.Flows.Tensors;
using Orchestrator.Sweeps;
using Orchestrator.Training.Checkpoints;
using Orchestrator.Training.Data;
using Orchestrator.Training.Trials;
using static TorchSharp.torch;

namespace Orchestrator.Run;

/// <summary>Pictures of one trained flow. Equal seeds give equal pictures on one machine.</summary>
sealed class CheckpointPictures : IDisposable
{
    const int BatchSize = 250;

    readonly Checkpoint _checkpoint;
    readonly FlowModel _flow;

    /// <exception cref="CheckpointException">The checkpoint is damaged.</exception>
    public CheckpointPictures(string folder)
    {
        _checkpoint = Checkpoint.Read(folder);
        _flow = TrialFlow.Load(_checkpoint, CPU);
    }

    /// <returns>A PNG of images drawn from the flow.</returns>
    /// <param name="temperature">Multiplies the latents.</param>
    public byte[] Samples(int count, int columns, long seed, double temperature)
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        using var generator = new Generator((ulong)seed, CPU);
        var latents = _flow.BaseDistribution.Sample(count, generator).Times(temperature);
        return Draw(latents, columns);
    }

    /// <returns>A PNG with one path per row; null for the scheme stands for the base's own straight line.</returns>
    /// <param name="between">The test images that paths join, any pair; null: latents drawn from the base.</param>
    /// <exception cref="ArgumentException">The base has no such scheme.</exception>
    public byte[] Paths(string? scheme, ImageDataset? between, int pairs, int points, long seed)
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        var path = scheme is null
            ? InterpolationSchemes.Straight(_flow.BaseDistribution)
            : InterpolationSchemes.For(_flow.BaseDistribution, scheme);
        var ends = between is null ? Drawn(2 * pairs, seed) : Encoded(between, 2 * pairs, seed);
        var halves = ends.chunk(2);
        var columns = Enumerable.Range(0, points).Select(point => path.Interpolate(halves[0], halves[1], point / (points - 1.0)));
        return Draw(stack(columns.ToArray(), dim: 1).flatten(0, 1), points);
    }

    /// <summary>Name of the data set that the flow learned.</summary>
    public string Dataset => _checkpoint.Manifest.Spec.Dataset;

    /// <summary>SHA-256 of its content.</summary>
    public string DatasetSha256 => _checkpoint.Manifest.DatasetSha256;

    public void Dispose() => _flow.Dispose();

    Tensor Drawn(int count, long seed)
    {
        using var generator = new Generator((ulong)seed, CPU);
        return _flow.BaseDistribution.Sample(count, generator);
    }

    Tensor Encoded(ImageDataset dataset, int count, long seed)
    {
        using var test = new ImageTensors(dataset.Test, CPU);
        var images = Permutation.Of(dataset.Test.Count, Seed.Derive(seed, "pairs")).AsSpan(..count);
        return _flow.Encode(Dequantisation.Apply(test.Batch(images), dataset.Levels, Seed.Derive(seed, "noise")));
    }

    byte[] Draw(Tensor latents, int columns)
    {
        var levels = _checkpoint.Manifest.Levels;
        var images = latents
            .to(float32)
            .split(BatchSize)
            .Select(batch => Quantise.ToBytes(Quantise.ToLevels(_flow.Decode(batch), levels), levels));
        return ImageGrid.Png(cat(images.ToArray()), columns);
    }
}
