using Orchestrator.Flows.Distributions;

namespace Orchestrator.Flows.Tests.Distributions;

public sealed class SpecialFunctionsSpecs
{
    [Theory]
    [InlineData(1, 0)]
    [InlineData(0.5, 0.57236494292470008707)]
    [InlineData(10, 12.801827480081469611)]
    [InlineData(100.5, 361.4355404677776)]
    public void Log_gamma(double x, double expected) =>
        Assert.Equal(expected, SpecialFunctions.LogGamma(x), 1e-15 * Math.Max(4, expected * 4));

    [Theory]
    [InlineData(1, -0.57721566490153286061)]
    [InlineData(0.5, -1.9635100260214234794)]
    [InlineData(2, 0.42278433509846713939)]
    public void Digamma(double x, double expected) => Assert.Equal(expected, SpecialFunctions.Digamma(x), 4e-15);

    [Fact]
    public void Trigamma_of_halves_and_wholes()
    {
        Assert.Equal(Math.PI * Math.PI / 6, SpecialFunctions.Trigamma(1), 4e-15);
        Assert.Equal(Math.PI * Math.PI / 6 - 1, SpecialFunctions.Trigamma(2), 4e-15);
        Assert.Equal(Math.PI * Math.PI / 2, SpecialFunctions.Trigamma(0.5), 8e-15);
    }

    [Theory]
    [InlineData(0.01)]
    [InlineData(3.7)]
    [InlineData(14.9)]
    [InlineData(1536.5)]
    public void Each_is_the_derivative_of_the_one_before(double x)
    {
        var h = 1e-4 * x;
        Assert.Equal(
            1,
            (SpecialFunctions.LogGamma(x + h) - SpecialFunctions.LogGamma(x - h)) / (2 * h) / SpecialFunctions.Digamma(x),
            1e-6
        );
        Assert.Equal(1, (SpecialFunctions.Digamma(x + h) - SpecialFunctions.Digamma(x - h)) / (2 * h) / SpecialFunctions.Trigamma(x), 1e-6);
    }
}
