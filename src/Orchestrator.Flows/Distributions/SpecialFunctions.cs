namespace Orchestrator.Flows.Distributions;

/// <summary>ln Γ and its first two derivatives for positive arguments, to a few units in the last place of a double.</summary>
/// <remarks>Recurrence up to <see cref="Large"/>, then Stirling's series (Abramowitz and Stegun 6.1.41, 6.3.18, 6.4.12).</remarks>
static class SpecialFunctions
{
    const double Large = 15;

    public static double LogGamma(double x)
    {
        var product = 1.0;
        for (; x < Large; x++) product *= x;
        var r = 1 / (x * x);
        var series = Horner(r, [1.0 / 12, -1.0 / 360, 1.0 / 1260, -1.0 / 1680, 1.0 / 1188, -691.0 / 360360, 1.0 / 156]) / x;
        return (x - 0.5) * Math.Log(x) - x + 0.5 * Math.Log(Math.Tau) + series - Math.Log(product);
    }

    public static double Digamma(double x)
    {
        var sum = 0.0;
        for (; x < Large; x++) sum += 1 / x;
        var r = 1 / (x * x);
        return Math.Log(x) - 0.5 / x - r * Horner(r, [1.0 / 12, -1.0 / 120, 1.0 / 252, -1.0 / 240, 1.0 / 132, -691.0 / 32760, 1.0 / 12]) - sum;
    }

    public static double Trigamma(double x)
    {
        var sum = 0.0;
        for (; x < Large; x++) sum += 1 / (x * x);
        var r = 1 / (x * x);
        return 1 / x + r / 2 + r / x * Horner(r, [1.0 / 6, -1.0 / 30, 1.0 / 42, -1.0 / 30, 5.0 / 66, -691.0 / 2730, 7.0 / 6]) + sum;
    }

    static double Horner(double x, ReadOnlySpan<double> coefficients)
    {
        var value = 0.0;
        for (var i = coefficients.Length - 1; i >= 0; i--) value = value * x + coefficients[i];
        return value;
    }
}
