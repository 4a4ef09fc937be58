using Orchestrator.Sweeps.Search;

namespace Orchestrator.Sweeps.Tests.Search;

public sealed class StandardNormalSpecs
{
    [Theory]
    [InlineData(0, 0.5)]
    [InlineData(1, 0.84134474606854293)]
    [InlineData(1.96, 0.97500210485177952)]
    [InlineData(-3, 0.0013498980316300946)]
    [InlineData(-6, 9.8658764503769814e-10)]
    [InlineData(double.NegativeInfinity, 0)]
    [InlineData(double.PositiveInfinity, 1)]
    public void The_probability_below_is_that_of_the_tables(double x, double below) => Assert.Equal(below, StandardNormal.Below(x), 1e-15);

    [Theory]
    [InlineData(0.5, 0)]
    [InlineData(0.975, 1.959963984540054)]
    [InlineData(0.025, -1.959963984540054)]
    [InlineData(0.999999, 4.753424308822899)]
    [InlineData(1e-6, -4.753424308822899)]
    public void The_quantile_is_that_of_the_tables(double p, double quantile) => Assert.Equal(quantile, StandardNormal.Quantile(p), 1e-9);

    [Fact]
    public void Quantile_and_probability_are_inverse_everywhere() =>
        Assert.All(
            Enumerable.Range(1, 999).Select(i => i / 1000.0),
            p => Assert.Equal(p, StandardNormal.Below(StandardNormal.Quantile(p)), 1e-14)
        );
}
