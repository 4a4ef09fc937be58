using CsCheck;
using Orchestrator.Reports.Charts;

namespace Orchestrator.Reports.Tests;

public sealed class ChartTests
{
    [Fact]
    public void Labels_keep_their_gap_their_order_and_their_range() => Gen.Double[0, 200].Array[1, 10].Sample(heights =>
    {
        const double gap = 16, top = 0, bottom = 200;
        var placed = LabelColumn.Spread(heights, gap, top, bottom);
        var sorted = placed.Order().ToArray();
        Assert.All(sorted.Zip(sorted.Skip(1)), pair => Assert.True(pair.Second - pair.First >= gap - 1e-9));
        Assert.All(placed, height => Assert.InRange(height, top, bottom));
        for (var i = 0; i < heights.Length; i++)
            for (var j = 0; j < heights.Length; j++)
                if (heights[i] < heights[j])
                    Assert.True(placed[i] < placed[j]);
    });

    [Fact]
    public void Labels_with_room_stay_where_they_are() =>
        Assert.Equal([50, 10, 90], LabelColumn.Spread([50, 10, 90], 16, 0, 100));

    [Fact]
    public void Ticks_are_few_even_and_within_the_scale() => Gen.Double[-1e3, 1e3].Select(Gen.Double[1e-6, 1e6]).Sample((min, length) =>
    {
        var scale = new LinearScale(min, min + length, 0, 1);
        var ticks = scale.Ticks(5).ToList();
        Assert.InRange(ticks.Count, 2, 9);
        var slack = 1e-9 * (Math.Abs(min) + length);
        Assert.All(ticks, tick => Assert.InRange(tick, min - slack, min + length + slack));
        var step = ticks[1] - ticks[0];
        Assert.All(ticks.Zip(ticks.Skip(1)), pair => Assert.Equal(step, pair.Second - pair.First, slack));
    });

    [Fact]
    public void Equal_values_have_a_scale() => Assert.Equal(5, LinearScale.Around([3, 3], 0, 10).At(3), 1e-9);

    [Fact]
    public void A_path_is_interrupted_where_a_point_is_not_finite() =>
        Assert.Equal("M0 0 L1 1 M3 3", (string?)Svg.Path("x", [(0, 0), (1, 1), (2, double.NaN), (3, 3)]).Attribute("d"));
}
