using Orchestrator.Evaluation.Distances;
using Orchestrator.Evaluation.Tests.Golden;
using TorchSharp;
using static TorchSharp.torch;

namespace Orchestrator.Evaluation.Tests.Distances;

public sealed class FrechetDistanceSpecs : IDisposable
{
    readonly DisposeScope scope = NewDisposeScope();

    public void Dispose() => scope.Dispose();

    [Theory, MemberData(nameof(GoldenCase.Names), MemberType = typeof(GoldenCase))]
    public void Features_give_the_golden_distance(string name)
    {
        var golden = GoldenCase.Named(name);
        Near.To(golden.Fid, FrechetDistance.Between(golden.First, golden.Second), 1e-9);
    }

    [Theory, MemberData(nameof(GoldenCase.Names), MemberType = typeof(GoldenCase))]
    public void Merged_statistics_give_the_golden_distance(string name)
    {
        var golden = GoldenCase.Named(name);
        Near.To(golden.Fid, FrechetDistance.Between(InBlocks(golden.First), InBlocks(golden.Second)), 1e-9);

        static FeatureStatistics InBlocks(Tensor rows) =>
            rows.split(7).Aggregate(FeatureStatistics.Empty((int)rows.shape[1]), (all, block) => all.Merge(FeatureStatistics.Of(block)));
    }

    [Theory, MemberData(nameof(GoldenCase.Names), MemberType = typeof(GoldenCase))]
    public void Float32_features_are_read_exactly(string name)
    {
        var golden = GoldenCase.Named(name);
        Near.To(golden.Fid, FrechetDistance.Between(golden.First.to(ScalarType.Float32), golden.Second.to(ScalarType.Float32)), 1e-9);
    }

    [Fact]
    public void Fewer_samples_than_dimensions_are_exact()
    {
        // Rows ±a e1 and ±b e2: covariances 2a² e1e1', 2b² e2e2' commute with product 0, so the distance is their traces.
        var first = zeros(2, 500, dtype: ScalarType.Float64);
        var second = zeros(2, 500, dtype: ScalarType.Float64);
        (first[0, 0], first[1, 0], second[0, 1], second[1, 1]) = (3, -3, 0.5, -0.5);
        Near.To(18 + 0.5, FrechetDistance.Between(first, second), 1e-13);
        Near.To(18 + 0.5, FrechetDistance.Between(FeatureStatistics.Of(first), FeatureStatistics.Of(second)), 1e-13);
        Near.To(0, FrechetDistance.Between(first, first), 1e-13);
    }

    [Fact]
    public void A_singular_covariance_against_a_regular_one_is_exact_from_statistics_too()
    {
        // The null directions of the first are where the second varies most, and no axis is special.
        using var generator = new Generator(5);
        var turn = linalg.qr(randn(12, 12, ScalarType.Float64, generator: generator)).Q;
        var thin = randn(200, 3, ScalarType.Float64, generator: generator).mm(turn[..3]);
        var wide = randn(200, 12, ScalarType.Float64, generator: generator) * 100;
        var exact = FrechetDistance.Between(thin, wide);
        Near.To(exact, FrechetDistance.Between(FeatureStatistics.Of(thin), FeatureStatistics.Of(wide)), 1e-12);
    }

    [Fact]
    public void A_shift_adds_its_square_and_a_scale_the_square_of_the_difference()
    {
        using var generator = new Generator(1);
        var x = randn(300, 6, ScalarType.Float64, generator: generator);
        Near.To(6 * 0.25, FrechetDistance.Between(x, x + 0.5), 1e-12);
        var centred = x - x.mean([0]);
        Near.To(4 * centred.square().sum().item<double>() / 299, FrechetDistance.Between(centred, 3 * centred), 1e-12);
    }

    [Fact]
    public void Statistics_in_blocks_are_those_of_the_whole()
    {
        using var generator = new Generator(2);
        var x = randn(2500, 5, ScalarType.Float64, generator: generator) + 1e6;
        var blocks = FeatureStatistics.Of(x);
        var centred = x - x.mean([0]);
        Assert.Equal(2500, blocks.N);
        Assert.True((tensor(blocks.M2, [5, 5]) - centred.t().mm(centred)).abs().max().item<double>() < 1e-6);
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.NegativeInfinity)]
    public void Features_that_are_no_numbers_are_refused_by_place(double value)
    {
        var x = zeros(3000, 4, dtype: ScalarType.Float64);
        (x[2100, 3], x[2500, 0]) = (value, value);
        foreach (
            var refuse in new Action[]
            {
                () => FrechetDistance.Between(x, ones(10, 4)),
                () => FeatureStatistics.Of(x),
                () => KernelDistance.AllPairs(ones(10, 4), x),
            }
        )
        {
            var refused = Assert.Throws<NonFiniteFeaturesException>(refuse);
            Assert.Equal((2100L, 3L), (refused.Row, refused.Column));
        }
    }

    [Fact]
    public void One_sample_has_no_covariance()
    {
        Assert.Throws<ArgumentException>(() => FrechetDistance.Between(ones(1, 4), ones(5, 4)));
        Assert.Throws<ArgumentException>(() => FrechetDistance.Between(FeatureStatistics.Of(ones(1, 4)), FeatureStatistics.Of(ones(5, 4))));
    }

    [Fact]
    public void Features_of_different_networks_have_no_distance() =>
        Assert.Throws<ArgumentException>(() => FrechetDistance.Between(ones(5, 4), ones(5, 3)));
}
