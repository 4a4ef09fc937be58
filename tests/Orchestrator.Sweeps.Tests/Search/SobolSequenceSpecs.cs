using Orchestrator.Sweeps.Search;
using Orchestrator.Sweeps.Tests.SweepFiles;

namespace Orchestrator.Sweeps.Tests.Search;

public sealed class SobolSequenceSpecs
{
    // The first points in three dimensions as Joe and Kuo list them.
    public static TheoryData<int, double[]> Published =>
        new()
        {
            { 0, [0, 0, 0] },
            { 1, [0.5, 0.5, 0.5] },
            { 2, [0.75, 0.25, 0.25] },
            { 3, [0.25, 0.75, 0.75] },
            { 4, [0.375, 0.375, 0.625] },
            { 5, [0.875, 0.875, 0.125] },
            { 6, [0.625, 0.125, 0.875] },
            { 7, [0.125, 0.625, 0.375] },
            { 8, [0.1875, 0.3125, 0.9375] },
            { 9, [0.6875, 0.8125, 0.4375] },
        };

    [Theory]
    [MemberData(nameof(Published))]
    public void Unscrambled_points_are_the_published_ones(int index, double[] point) => Assert.Equal(point, SobolSequence.Point(index, 3));

    // Dimensions 1, 2, 3, 10, 32 and 64, from the authors' numbers by another program.
    [Theory]
    [InlineData(100, new[] { 0.4140625, 0.2578125, 0.7734375, 0.6953125, 0.4140625, 0.6484375 })]
    [InlineData(1000, new[] { 0.2197265625, 0.0966796875, 0.5185546875, 0.0693359375, 0.1455078125, 0.4462890625 })]
    [InlineData(
        20000,
        new[] { 0.049163818359375, 0.320648193359375, 0.161651611328125, 0.960845947265625, 0.017913818359375, 0.807525634765625 }
    )]
    public void So_are_late_points_of_high_dimensions(int index, double[] coordinates)
    {
        var point = SobolSequence.Point(index, SobolSequence.MostDimensions);

        Assert.Equal(coordinates, new[] { 0, 1, 2, 9, 31, 63 }.Select(dimension => point[dimension]));
    }

    [Theory]
    [InlineData(null)]
    [InlineData(0L)]
    [InlineData(7L)]
    public void The_first_points_are_balanced_in_every_dimension(long? seed)
    {
        foreach (var count in new[] { 2, 16, 256 })
        {
            var points = Enumerable.Range(0, count).Select(index => Point(seed, index)).ToList();
            Assert.All(
                Enumerable.Range(0, SobolSequence.MostDimensions),
                dimension => Assert.Equal(Enumerable.Range(0, count), points.Select(point => (int)(point[dimension] * count)).Order())
            );
        }
    }

    [Fact]
    public void They_are_balanced_also_in_squares_of_the_first_two_dimensions() =>
        Assert.All(
            Enumerable.Range(0, 256).Select(index => Point(3, index)).CountBy(point => ((int)(point[0] * 16), (int)(point[1] * 16))),
            square => Assert.Equal(1, square.Value)
        );

    [Fact]
    public void Another_seed_gives_other_points_and_the_same_seed_the_same()
    {
        Assert.Equal(Point(1, 5), Point(1, 5));
        Assert.NotEqual(Point(1, 5), Point(2, 5));
        // Each dimension is scrambled by itself: two that have the same first points no longer do.
        Assert.NotEqual(Point(1, 1)[0], Point(1, 1)[1]);
    }

    [Theory]
    [InlineData("algorithm: sobol", "3:22: search.algorithm")]
    [InlineData("algorithm: tpe", "3:22: search.start")]
    [InlineData("algorithm: tpe, start: sobol", "3:34: search.start")]
    public void A_space_of_more_dimensions_is_refused_in_words(string search, string place)
    {
        var entries = string.Join(", ", Enumerable.Range(1, 64).Select(i => $"{{ training.epochs: [{i}] }}"));
        var text = SweepTexts.Head + $"search: {{ {search}, trials: 10 }}\nparameters:\n  trial: [{entries}]\n";

        Assert.Equal(
            $"x.yaml:{place}: a sobol sequence has at most 64 dimensions, and these are 65 parameters: use random",
            Assert.Single(SweepTexts.Problems(text))
        );
        SweepTexts.Parse(text.Replace(search, "algorithm: tpe, start: random", StringComparison.Ordinal));
    }

    static double[] Point(long? seed, int index) =>
        seed is { } known
            ? SobolSequence.Point(known, index, SobolSequence.MostDimensions)
            : SobolSequence.Point(index, SobolSequence.MostDimensions);
}
