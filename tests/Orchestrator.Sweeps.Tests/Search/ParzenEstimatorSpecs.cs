using Orchestrator.Sweeps.Search;
using Orchestrator.Sweeps.Tests.SweepFiles;

namespace Orchestrator.Sweeps.Tests.Search;

public sealed class ParzenEstimatorSpecs
{
    const string Real = "training.ema: { uniform: [0, 0.5] }",
        Whole = "flow.steps: { log_int_uniform: [1, 9] }",
        Choice = "flow.coupling: [affine, additive, spline]";

    [Theory]
    [InlineData(new double[0], new double[0])]
    [InlineData(new[] { 0.3 }, new[] { 0.7 })]
    [InlineData(new[] { 0.5, 0.2, 0.9 }, new[] { 0.4, 0.3, 0.4 })]
    [InlineData(new[] { 0.5, 0.5 }, new[] { 0.25, 0.25 })]
    [InlineData(new[] { 0.0, 0.05, 0.1, 0.15, 1 }, new[] { 1 / 7.0, 1 / 7.0, 1 / 7.0, 0.85, 0.85 })]
    public void A_kernel_is_as_wide_as_the_larger_gap_to_its_neighbours(double[] points, double[] widths)
    {
        var kernels = points.Zip(widths).Append((0.5, 1)).ToList();

        Assert.All(
            Enumerable.Range(0, 101).Select(i => i / 101.0),
            at =>
                Assert.Equal(
                    kernels.Average(kernel => Normal(at, kernel.Item1, kernel.Item2) / Mass(kernel.Item1, kernel.Item2)),
                    Math.Exp(Estimator(Real, points).LogDensity([at])),
                    1e-6
                )
        );
    }

    [Fact]
    public void The_newest_25_have_the_whole_weight_and_older_ones_a_part_that_falls_to_nothing()
    {
        // The old ones are at one end and the new ones at the other, so that the density there tells their weights.
        double[] points = [.. Enumerable.Repeat(0.1, 5), .. Enumerable.Repeat(0.9, 25)];
        double[] weights = [.. Enumerable.Range(0, 5).Select(i => 1 / 30.0 + (29 / 30.0 * i / 4)), .. Enumerable.Repeat(1.0, 26)];
        var kernels = points.Select(point => (point, 1 / 32.0)).Append((0.5, 1)).ToList();
        // A gap of 0.8 is on one side of one of each.
        (kernels[4], kernels[5]) = ((0.1, 0.8), (0.9, 0.8));

        Assert.Equal(
            kernels
                .Zip(weights)
                .Sum(pair => pair.Second * Normal(0.1, pair.First.Item1, pair.First.Item2) / Mass(pair.First.Item1, pair.First.Item2))
                / weights.Sum(),
            Math.Exp(Estimator(Real, points).LogDensity([0.1])),
            1e-5
        );
    }

    [Fact]
    public void A_choice_has_a_share_for_those_that_were_not_taken()
    {
        var estimator = Estimator(Choice, 1 / 6.0, 1 / 6.0, 0.5);

        Assert.Equal((2 * 1.25 / 1.75 + 0.25 / 1.75 + 1 / 3.0) / 4, Math.Exp(estimator.LogDensity([1 / 6.0])), 1e-12);
        Assert.Equal((1.25 / 1.75 + 2 * 0.25 / 1.75 + 1 / 3.0) / 4, Math.Exp(estimator.LogDensity([0.5])), 1e-12);
        Assert.Equal((3 * 0.25 / 1.75 + 1 / 3.0) / 4, Math.Exp(estimator.LogDensity([5 / 6.0])), 1e-12);
    }

    [Theory]
    [InlineData(Real, 50)]
    [InlineData(Whole, 9)]
    [InlineData(Choice, 3)]
    public void It_draws_as_often_as_its_density_says(string parameter, int bins)
    {
        const int count = 100_000;
        var dimension = Outer(parameter)[0];
        var estimator = Estimator(parameter, 0.1, 0.2, 0.9, 0.91);
        var draws = new Draws(5);
        var drawn = Enumerable.Range(0, count).Select(_ => estimator.Draw(draws)[0]).ToList();

        double Bin(double at) => parameter == Whole ? dimension.Scale!.PartAt(at).From : Math.Floor(at * bins);
        var found = drawn.GroupBy(Bin).ToDictionary(bin => bin.Key, bin => (At: bin.First(), Share: bin.Count() / (double)count));

        Assert.Equal(bins, found.Count);
        Assert.All(
            found,
            bin =>
            {
                var middle = parameter == Real ? (bin.Key + 0.5) / bins : bin.Value.At;
                var expected = Math.Exp(estimator.LogDensity([middle])) / (parameter == Real ? bins : 1);
                Assert.Equal(expected, bin.Value.Share, 5 * Math.Sqrt(expected / count));
            }
        );
    }

    [Fact]
    public void Together_dimensions_know_of_each_other_and_alone_they_do_not()
    {
        var dimensions = Outer(Real + "\n  training.learning_rate: { log_uniform: [1e-4, 1e-2] }");
        double?[][] points = [.. Enumerable.Range(0, 20).Select(i => i % 2 == 0 ? 0.1 : 0.9).Select(at => new double?[] { at, at })];
        var together = new ParzenEstimator(dimensions, points);
        var alone = dimensions.Select(dimension => new ParzenEstimator([dimension], points)).ToList();

        Assert.True(together.LogDensity([0.1, 0.1]) > together.LogDensity([0.1, 0.9]) + 1);
        Assert.Equal(alone[0].LogDensity([0.1]) + alone[1].LogDensity([0.1]), alone[0].LogDensity([0.1]) + alone[1].LogDensity([0.9]), 0.2);
    }

    [Fact]
    public void Points_without_the_parameter_say_nothing_of_it()
    {
        var dimensions = Outer(Real);

        Assert.Equal(
            new ParzenEstimator(
                dimensions,
                [
                    [0.3],
                ]
            ).LogDensity([0.6]),
            new ParzenEstimator(
                dimensions,
                [
                    [null],
                    [0.3],
                    [null],
                ]
            ).LogDensity([0.6])
        );
    }

    static ParzenEstimator Estimator(string parameter, params double[] points) =>
        new(Outer(parameter), points.Select(point => new double?[] { point }));

    static System.Collections.Immutable.ImmutableArray<Dimension> Outer(string parameters) =>
        SearchDimensions
            .Of(SweepTexts.Parse(SweepTexts.Head + "search: { algorithm: tpe, trials: 10 }\nparameters:\n  " + parameters + "\n"))
            .Outer;

    static double Normal(double at, double mean, double width) => Math.Exp(-Math.Pow((at - mean) / width, 2) / 2) / width;

    /// <summary>Of the same from 0 to 1.</summary>
    static double Mass(double mean, double width) => Enumerable.Range(0, 10_000).Average(i => Normal((i + 0.5) / 10_000, mean, width));
}
