using System.Globalization;
using CsCheck;
using Orchestrator.Reports.Charts;

namespace Orchestrator.Reports.Tests.Charts;

public sealed class ChartSpecs
{
    [Fact]
    public void Labels_keep_their_gap_their_order_and_their_range() =>
        Gen.Double[0, 200]
            .Array[1, 10]
            .Sample(heights =>
            {
                const double gap = 16,
                    top = 0,
                    bottom = 200;
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
    public void Labels_with_room_stay_where_they_are() => Assert.Equal([50, 10, 90], LabelColumn.Spread([50, 10, 90], 16, 0, 100));

    [Fact]
    public void Ticks_are_few_even_and_within_the_scale() =>
        Gen.Double[-1e3, 1e3]
            .Select(Gen.Double[1e-6, 1e6])
            .Sample(
                (min, length) =>
                {
                    var scale = new LinearScale(min, min + length, 0, 1);
                    var ticks = scale.Ticks(5).ToList();
                    Assert.InRange(ticks.Count, 2, 9);
                    var slack = 1e-9 * (Math.Abs(min) + length);
                    Assert.All(ticks, tick => Assert.InRange(tick, min - slack, min + length + slack));
                    var step = ticks[1] - ticks[0];
                    Assert.All(ticks.Zip(ticks.Skip(1)), pair => Assert.Equal(step, pair.Second - pair.First, slack));
                }
            );

    /// <summary>From numbers that nobody could tell apart by three decimals to numbers without any, on both sides of 0.</summary>
    static readonly Gen<(double Low, double High)> Ranges = Gen.Select(Gen.Double[-1, 1], Gen.Double[-30, 30], Gen.Double[-17, 3])
        .Select(
            (sign, size, width) =>
            {
                var low = sign * Math.Pow(10, size);
                return (low, Math.Max(low + Math.Abs(low) * Math.Pow(10, width), Math.BitIncrement(low)));
            }
        );

    [Fact]
    public void Ticks_that_differ_read_differently() =>
        Ranges.Sample(range =>
        {
            var scale = LinearScale.Around([range.Low, range.High], 0, 300);
            foreach (var wanted in (int[])[3, 5, 10])
            {
                var ticks = scale.Ticks(wanted).ToList();
                Assert.Equal(ticks.Count, ticks.Distinct().Count());
                var labels = TickLabels.For(ticks);
                Assert.Equal(ticks.Count, labels.Distinct().Count());
                Assert.All(
                    labels.Zip(ticks),
                    pair =>
                        Assert.Equal(
                            pair.Second,
                            double.Parse(pair.First, CultureInfo.InvariantCulture),
                            (range.High - range.Low) / 4 + 1e-15 * Math.Abs(pair.Second)
                        )
                );
            }
        });

    [Theory]
    [InlineData(new[] { 3.00004, 3.00005, 3.00006 }, "3.00004 3.00005 3.00006")]
    [InlineData(new[] { 0, 0.5, 1 }, "0 0.5 1.0")]
    [InlineData(new[] { 10.0, 20, 30 }, "10 20 30")]
    [InlineData(new[] { -2e-9, 0, 2e-9 }, "-2e-9 0 2e-9")]
    [InlineData(new[] { 1.5e9, 2e9 }, "1.5e9 2.0e9")]
    [InlineData(new[] { 3.00000000001, 3.00000000002 }, "3.00000000001 3.00000000002")]
    [InlineData(new[] { 1.25 }, "1.25")]
    [InlineData(new[] { 2.5e-30 }, "2.50e-30")]
    [InlineData(new[] { 0.0 }, "0")]
    public void Ticks_have_as_many_digits_as_they_need(double[] ticks, string labels) =>
        Assert.Equal(labels, string.Join(' ', TickLabels.For(ticks)));

    [Fact]
    public void Equal_values_have_a_scale() => Assert.Equal(5, LinearScale.Around([3, 3], 0, 10).At(3), 1e-9);

    [Fact]
    public void A_path_is_interrupted_where_a_point_is_not_finite() =>
        Assert.Equal("M0 0 L1 1 M3 3", (string?)Svg.Path("x", [(0, 0), (1, 1), (2, double.NaN), (3, 3)]).Attribute("d"));
}
