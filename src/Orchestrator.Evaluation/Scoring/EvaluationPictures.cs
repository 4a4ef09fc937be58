using Orchestrator.Evaluation.Images;
using Orchestrator.Flows.Interpolation;
using Orchestrator.Training.Data;
using static TorchSharp.torch;

namespace Orchestrator.Evaluation.Scoring;

/// <summary>The pictures of an evaluation.</summary>
/// <param name="folder">The evaluation's own.</param>
sealed class EvaluationPictures(string folder, EvaluatedFlow flow)
{
    const int SampleColumns = 10;
    const int Samples = SampleColumns * SampleColumns;
    const int Paths = 10;
    const int NeighbourColumns = 5;

    readonly List<string> written = [];

    /// <summary>File names, in the order of writing.</summary>
    public IReadOnlyList<string> Written => written;

    public void DrawSamples()
    {
        using var scope = NewDisposeScope();
        Write("samples.png", [.. flow.Sample(Samples).Select(batch => batch.clone())], SampleColumns);
    }

    /// <summary>A sample per row, and the training images nearest to it.</summary>
    public void DrawNeighbours(ImageSplit train, int levels)
    {
        using var scope = NewDisposeScope();
        var samples = cat(flow.Sample(Paths).Select(batch => batch.clone()).ToArray());
        Write("neighbours.png", [Neighbours.Of(samples, train, levels, NeighbourColumns)], 1 + NeighbourColumns);
    }

    /// <summary>One path per row, from the image it begins with to the image it ends with.</summary>
    /// <param name="first">Latents [n, d] of the beginnings; the first few are shown.</param>
    public void DrawPaths(InterpolationScheme scheme, Tensor first, Tensor second, int points)
    {
        using var scope = NewDisposeScope();
        var (a, b) = (first[..(int)Math.Min(Paths, first.shape[0])], second[..(int)Math.Min(Paths, second.shape[0])]);
        var columns = Enumerable.Range(0, points).Select(point => scheme.Interpolate(a, b, point / (points - 1.0)));
        var latents = stack(columns.ToArray(), dim: 1).flatten(0, 1);
        Write($"interpolation-{scheme.Name}.png", [.. flow.Decode(latents).Select(batch => batch.clone())], points);
    }

    void Write(string name, Tensor[] images, int columns)
    {
        WholeFile.Write(Path.Combine(folder, name), ImageGrid.Png(cat(images), columns));
        written.Add(name);
    }
}
