using Orchestrator.Evaluation.Distances;
using TorchSharp;
using static TorchSharp.torch;

namespace Orchestrator.Evaluation.Tests.Distances;

public sealed class FrechetEstimateSpecs : IDisposable
{
    readonly DisposeScope scope = NewDisposeScope();

    public void Dispose() => scope.Dispose();

    /// <summary>Few samples for many dimensions, and one distribution for both, are where first order says least.</summary>
    [Theory]
    [InlineData(4, 50, 1.0, 1.0, 0.88, 1.14)]
    [InlineData(16, 200, 0.3, 1.5, 0.88, 1.3)]
    [InlineData(64, 400, 0.1, 0.9, 0.88, 1.14)]
    [InlineData(64, 400, 0.0, 1.0, 0.75, 1.4)]
    [InlineData(64, 40, 0.1, 1.2, 0.75, 1.4)]
    public void The_standard_error_is_the_spread_over_repeated_draws_of_the_generated(
        int d,
        int n,
        double shift,
        double scale,
        double least,
        double most
    )
    {
        const int repeats = 300;
        var real = new FrechetReference(Normal(n, d, seed: 0));
        var estimates = Enumerable.Range(1, repeats).Select(Estimate).ToArray();
        var mean = estimates.Average(one => one.Value);
        var spread = Math.Sqrt(estimates.Sum(one => (one.Value - mean) * (one.Value - mean)) / (repeats - 1));
        var claimed = Math.Sqrt(estimates.Average(one => one.StandardError!.Value * one.StandardError.Value));
        Assert.InRange(claimed / spread, least, most);

        FrechetEstimate Estimate(int seed)
        {
            using var step = NewDisposeScope();
            return FrechetEstimate.Between(real, Normal(n, d, seed) * scale + shift);
        }
    }

    [Fact]
    public void It_is_what_leaving_out_one_sample_at_a_time_gives()
    {
        const int n = 300;
        var (real, generated) = (new FrechetReference(Normal(200, 3, 1)), Normal(n, 3, 2) * 1.3 + 0.5);
        var without = Enumerable
            .Range(0, n)
            .Select(one => FrechetDistance.Between(real, generated[tensor(Enumerable.Range(0, n).Where(other => other != one).ToArray())]))
            .ToArray();
        var mean = without.Average();
        var jackknife = Math.Sqrt((n - 1.0) / n * without.Sum(value => (value - mean) * (value - mean)));
        Assert.InRange(FrechetEstimate.Between(real, generated).StandardError!.Value / jackknife, 0.97, 1.03);
    }

    [Fact]
    public void The_value_is_that_of_the_distance_and_samples_that_are_all_the_same_have_no_error()
    {
        var (first, second) = (Normal(2000, 6, 3), Normal(1500, 6, 4) * 2);
        var estimate = FrechetEstimate.Between(new FrechetReference(first), second);
        Assert.Equal(FrechetDistance.Between(first, second), estimate.Value);
        Assert.NotNull(estimate.StandardError);
        Assert.Null(FrechetEstimate.Between(new FrechetReference(first), ones(50, 6)).StandardError);
    }

    [Fact]
    public void A_direction_that_no_sample_varies_in_changes_nothing()
    {
        var (first, second) = (Normal(80, 5, 5), Normal(90, 5, 6) + 1);
        var known = FrechetEstimate.Between(new FrechetReference(first), second);
        var more = FrechetEstimate.Between(new FrechetReference(With(first)), With(second));
        Near.To(known.StandardError!.Value, more.StandardError!.Value, 1e-9);

        static Tensor With(Tensor rows) => cat([rows, zeros(rows.shape[0], 3, ScalarType.Float64)], dim: 1);
    }

    static Tensor Normal(long n, long d, int seed)
    {
        using var generator = new Generator((ulong)seed);
        return randn(n, d, ScalarType.Float64, generator: generator);
    }
}
