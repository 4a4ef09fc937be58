using Orchestrator.Evaluation.Distances;
using TorchSharp;
using static TorchSharp.torch;

namespace Orchestrator.Evaluation.Tests.Distances;

public sealed class ExtrapolatedDistanceSpecs : IDisposable
{
    readonly DisposeScope scope = NewDisposeScope();

    public void Dispose() => scope.Dispose();

    [Fact]
    public void Points_on_a_line_over_the_inverse_are_fitted_without_error()
    {
        var fit = ExtrapolatedDistance.Fit([new(10, 3 + 5.0 / 10), new(20, 3 + 5.0 / 20), new(50, 3 + 5.0 / 50), new(100, 3 + 5.0 / 100)]);
        Assert.Equal(3, fit.Value, 10);
        Assert.Equal(5, fit.Slope, 10);
        Assert.Null(fit.StandardError);
        Assert.True(ExtrapolatedDistance.Fit([new(10, 3.5), new(20, 3.3), new(50, 3.1), new(100, 3.2)]).StandardError > 1e-2);
    }

    [Fact]
    public void The_bias_of_the_number_of_samples_is_taken_out()
    {
        // Against the exact statistics of a unit normal the true distance is 0, and FID of n samples is about (d + d(d+1)/4) / n.
        const int d = 16;
        const double bias = d + d * (d + 1) / 4.0;
        using var generator = new Generator(6);
        var exact = new FrechetReference(
            new FeatureStatistics(100_001, new double[d], [.. (eye(d, d, ScalarType.Float64) * 100_000).data<double>()])
        );
        var sets = Enumerable.Range(0, 8).Select(_ => randn(4000, d, ScalarType.Float64, generator: generator)).ToArray();
        var fits = sets.Select(x => ExtrapolatedDistance.Of(exact, x, seed: 1)).ToArray();
        Assert.InRange(sets.Average(x => FrechetDistance.Between(exact, x)), 0.9 * bias / 4000, 1.1 * bias / 4000);
        Assert.InRange(fits.Average(fit => fit.Value), -0.15 * bias / 4000, 0.15 * bias / 4000);
        Assert.InRange(fits.Average(fit => fit.Slope), 0.9 * bias, 1.1 * bias);
        Assert.InRange(fits.Average(fit => fit.StandardError!.Value), 0.02 * bias / 4000, bias / 4000);
    }

    [Fact]
    public void The_seed_decides_the_subsets_and_the_largest_is_the_whole()
    {
        using var generator = new Generator(7);
        var (x, real) = (
            randn(1000, 3, ScalarType.Float64, generator: generator),
            new FrechetReference(randn(500, 3, ScalarType.Float64, generator: generator))
        );
        var fit = ExtrapolatedDistance.Of(real, x, seed: 1);
        Assert.Equal((100, 1000), (fit.Points[0].N, fit.Points[^1].N));
        Assert.Equal(FrechetDistance.Between(real, x), fit.Points[^1].Fid, 10);
        Assert.Equal(fit.Value, ExtrapolatedDistance.Of(real, x, seed: 1).Value);
        Assert.NotEqual(fit.Value, ExtrapolatedDistance.Of(real, x, seed: 2).Value);
    }

    [Fact]
    public void Too_few_samples_are_refused() =>
        Assert.Throws<ArgumentException>(() => ExtrapolatedDistance.Of(new FrechetReference(ones(5, 2)), ones(19, 2), seed: 1));
}
