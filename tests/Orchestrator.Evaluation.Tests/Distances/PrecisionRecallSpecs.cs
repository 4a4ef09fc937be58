using Orchestrator.Evaluation.Distances;
using TorchSharp;
using static TorchSharp.torch;

namespace Orchestrator.Evaluation.Tests.Distances;

public sealed class PrecisionRecallSpecs : IDisposable
{
    readonly DisposeScope scope = NewDisposeScope();

    public void Dispose() => scope.Dispose();

    [Fact]
    public void Small_sets_have_the_values_counted_by_hand()
    {
        // Radii with k = 1: real 0, 1, 3 reach 1, 1, 2; generated 2.5, 2.6, 9 reach 0.1, 0.1, 6.4.
        var real = tensor((double[])[0, 1, 3]).unsqueeze(1);
        var generated = tensor((double[])[2.5, 2.6, 9]).unsqueeze(1);
        var found = PrecisionRecall.Between(real, generated, neighbours: 1);
        Assert.Equal(2.0 / 3, found.Precision, 12);
        Assert.Equal(1.0 / 3, found.Recall, 12);
        Assert.Equal(Math.Sqrt(2.0 / 27), found.PrecisionStandardError!.Value, 12);
    }

    [Fact]
    public void The_same_set_is_covered_whole_and_one_far_away_not_at_all()
    {
        using var generator = new Generator(3);
        var x = randn(2300, 6, generator: generator);
        Assert.Equal((1, 1), Shares(x, x));
        Assert.Equal((0, 0), Shares(x, x + 1000));
        var (precision, recall) = Shares(x, x * 0.1);
        Assert.True(precision > 0.99 && recall < 0.05, $"{precision}, {recall}");

        static (double, double) Shares(Tensor real, Tensor generated)
        {
            var found = PrecisionRecall.Between(real, generated);
            return (found.Precision, found.Recall);
        }
    }

    [Fact]
    public void Blocks_give_what_all_pairs_at_once_give()
    {
        using var generator = new Generator(4);
        var (x, y) = (
            randn(1500, 3, ScalarType.Float64, generator: generator),
            randn(1300, 3, ScalarType.Float64, generator: generator) + 1
        );
        var radii = cdist(x, x).topk(4, dim: 1, largest: false).values.select(1, 3);
        var expected = cdist(y, x).le(radii).any(1).to(ScalarType.Float64).mean().item<double>();
        Assert.InRange(expected, 0.3, 0.95);
        Assert.Equal(expected, PrecisionRecall.Between(x, y).Precision, 12);
    }

    [Fact]
    public void Too_few_rows_and_broken_ones_are_refused()
    {
        Assert.Throws<ArgumentException>(() => PrecisionRecall.Between(ones(3, 2), ones(9, 2)));
        Assert.Throws<ArgumentException>(() => PrecisionRecall.Between(ones(9, 2), ones(9, 3)));
        Assert.Throws<NonFiniteFeaturesException>(() => PrecisionRecall.Between(ones(9, 2), ones(9, 2) / 0));
    }
}
