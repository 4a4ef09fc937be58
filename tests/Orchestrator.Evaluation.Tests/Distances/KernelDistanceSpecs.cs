using Orchestrator.Evaluation.Distances;
using Orchestrator.Evaluation.Tests.Golden;
using TorchSharp;
using static TorchSharp.torch;

namespace Orchestrator.Evaluation.Tests.Distances;

public sealed class KernelDistanceSpecs : IDisposable
{
    readonly DisposeScope scope = NewDisposeScope();

    public void Dispose() => scope.Dispose();

    [Theory, MemberData(nameof(GoldenCase.Names), MemberType = typeof(GoldenCase))]
    public void All_pairs_give_the_golden_distance(string name)
    {
        var golden = GoldenCase.Named(name);
        Near.To(golden.Kid, KernelDistance.AllPairs(golden.First, golden.Second).Value, 1e-10);
    }

    [Fact]
    public void One_subset_of_everything_is_the_all_pairs_estimate()
    {
        var golden = GoldenCase.Named("c1_gauss_d8");
        var subsets = KernelDistance.OverSubsets(golden.First, golden.Second, subsets: 3, size: 1000, seed: 1);
        Near.To(golden.Kid, subsets.Mean, 1e-10);
        Assert.Equal((64, 1), (subsets.Size, subsets.Subsets));
        Assert.Null(subsets.StandardDeviation);
        Assert.Equal(KernelDistance.AllPairs(golden.First, golden.Second).Value, subsets.Mean);
    }

    [Theory]
    [InlineData(64, 64, 64)]
    [InlineData(64, 64, 65)]
    [InlineData(2, 2, 2)]
    public void Subsets_that_are_all_the_same_are_one_without_a_spread(int n, int m, int size)
    {
        var subsets = KernelDistance.OverSubsets(Normal(n, 3, seed: 1), Normal(m, 3, seed: 2), subsets: 10, size, seed: 1);
        Assert.Equal((1, (double?)null), (subsets.Subsets, subsets.StandardDeviation));
    }

    [Fact]
    public void One_subset_has_no_spread_and_different_ones_have_one()
    {
        Assert.Null(
            KernelDistance.OverSubsets(Normal(64, 3, seed: 1), Normal(64, 3, seed: 2), subsets: 1, size: 10, seed: 1).StandardDeviation
        );
        Assert.True(
            KernelDistance.OverSubsets(Normal(64, 3, seed: 1), Normal(50, 3, seed: 2), subsets: 10, size: 50, seed: 1).StandardDeviation
                > 1e-6
        );
    }

    [Fact]
    public void Samples_that_are_all_the_same_have_no_standard_error() =>
        Assert.Null(KernelDistance.AllPairs(full([40, 3], 0.1, ScalarType.Float64), full([50, 3], 0.3, ScalarType.Float64)).StandardError);

    [Fact]
    public void Subsets_follow_their_seed_and_centre_on_the_estimate()
    {
        var (x, y) = (Normal(500, 4, seed: 1), Normal(400, 4, seed: 2) + 0.4);
        var first = KernelDistance.OverSubsets(x, y, subsets: 60, size: 100, seed: 11);
        Assert.Equal(first, KernelDistance.OverSubsets(x, y, subsets: 60, size: 100, seed: 11));
        Assert.NotEqual(first.Mean, KernelDistance.OverSubsets(x, y, subsets: 60, size: 100, seed: 12).Mean);
        var all = KernelDistance.AllPairs(x, y).Value;
        Assert.InRange(
            first.Mean,
            all - 4 * first.StandardDeviation!.Value / Math.Sqrt(60),
            all + 4 * first.StandardDeviation.Value / Math.Sqrt(60)
        );
    }

    [Fact]
    public void Blocks_do_not_change_the_estimate()
    {
        var (x, y) = (Normal(1500, 3, seed: 3), Normal(1100, 3, seed: 4) * 1.1);
        var (there, back) = (KernelDistance.AllPairs(x, y), KernelDistance.AllPairs(y, x));
        Near.To(Direct(x, y), there.Value, 1e-9);
        Near.To(there.Value, back.Value, 1e-9);
        Near.To(there.StandardError!.Value, back.StandardError!.Value, 1e-9);

        static double Direct(Tensor x, Tensor y)
        {
            var (n, m) = (x.shape[0], y.shape[0]);
            return (
                (Kernel(x, x).sum() - Kernel(x, x).trace()) / (n * (n - 1))
                + (Kernel(y, y).sum() - Kernel(y, y).trace()) / (m * (m - 1))
                - 2 * Kernel(x, y).mean()
            ).item<double>();
        }

        static Tensor Kernel(Tensor x, Tensor y) => (x.mm(y.t()) / x.shape[1] + 1).pow(3);
    }

    /// <summary>Where both sets come from one distribution all variance is of second order, and the estimate errs to the safe side; a plain
    /// jackknife would by √2.</summary>
    [Theory]
    [InlineData(0.0, 1.0, 1.35)]
    [InlineData(1.0, 0.88, 1.14)]
    public void The_standard_error_is_the_spread_over_repeated_draws(double shift, double least, double most)
    {
        const int repeats = 400;
        var estimates = Enumerable.Range(0, repeats).Select(Estimate).ToArray();
        var mean = estimates.Average(one => one.Value);
        var spread = Math.Sqrt(estimates.Sum(one => (one.Value - mean) * (one.Value - mean)) / (repeats - 1));
        var claimed = Math.Sqrt(estimates.Average(one => one.StandardError!.Value * one.StandardError.Value));
        Assert.InRange(claimed / spread, least, most);

        KernelEstimate Estimate(int repeat)
        {
            using var step = NewDisposeScope();
            return KernelDistance.AllPairs(Normal(50, 4, seed: 2 * repeat + 1), Normal(70, 4, seed: 2 * repeat + 2) + shift);
        }
    }

    [Fact]
    public void Two_draws_of_one_distribution_may_come_out_negative() =>
        Assert.Contains(Enumerable.Range(0, 20), i => KernelDistance.AllPairs(Normal(50, 4, 2 * i), Normal(50, 4, 2 * i + 1)).Value < 0);

    static Tensor Normal(long n, long d, int seed)
    {
        using var generator = new Generator((ulong)seed + 1000);
        return randn(n, d, ScalarType.Float64, generator: generator);
    }
}
