using Orchestrator.Evaluation.Distances;
using Orchestrator.Flows.Tensors;
using static TorchSharp.torch;

namespace Orchestrator.Speed;

/// <summary>FID of 10,000 generated features of 2048 dimensions against as many real ones, on all threads: from the features to the
/// distance.</summary>
/// <remarks>The generated ones are exactly twice the real ones, so that the distance is |mean|² + the variances' sum: its error is
/// known.</remarks>
static class FrechetRow
{
    const int Samples = 10_000,
        Dimensions = 2048;

    /// <returns>Seconds; and the relative error.</returns>
    public static IReadOnlyList<Measured> Measure(string which)
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(1);
        // As of a network: neither centred nor alike.
        var real = randn(Samples, Dimensions, generator: generator) * linspace(0.05, 1, Dimensions).Square() + 0.4;
        var generated = real.Times(2);
        var doubles = real.to(float64);
        var exact = (doubles.mean([0]).Square().sum() + doubles.var(0).sum()).item<double>();
        var began = TimeProvider.System.GetTimestamp();
        var distance = FrechetDistance.Between(real, generated);
        var took = TimeProvider.System.GetElapsedTime(began).TotalSeconds;
        return [new("fid", which, Measured.Ours, took), new("fid-error", which, Measured.Ours, Math.Abs(distance - exact) / exact)];
    }
}
