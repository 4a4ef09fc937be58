namespace Orchestrator.Flows.Distributions;

/// <summary>ln Γ and its first two derivatives for positive arguments, to a few units in the last place of a double, and what is left of
/// them beside Stirling's formula.</summary>
/// <remarks>
/// Recurrence up to <see cref="Large"/>, then Stirling's series (Abramowitz and Stegun 6.1.41, 6.3.18, 6.4.12). The remainders are for
/// differences such as lnΓ(n x) - n lnΓ(x), whose leading terms are huge and cancel.
/// </remarks>
static class SpecialFunctions
{
    const double Large = 15;

    public static double LogGamma(double x) => (x - 0.5) * Math.Log(x) - x + 0.5 * Math.Log(Math.Tau) + LogGammaRemainder(x);

    /// <summary>lnΓ(x) - ((x - ½) ln x - x + ½ ln 2π), which falls from -½ ln(2π x) at 0 to 1/(12 x).</summary>
    public static double LogGammaRemainder(double x)
    {
        var sum = 0.0;
        for (; x < Large; x++)
            sum += (x + 0.5) * Math.Log(1 + 1 / x) - 1;
        return sum + Series(x, [1.0 / 12, -1.0 / 360, 1.0 / 1260, -1.0 / 1680, 1.0 / 1188, -691.0 / 360360, 1.0 / 156]);
    }

    public static double Digamma(double x)
    {
        var sum = 0.0;
        for (; x < Large; x++)
            sum += 1 / x;
        return Math.Log(x) - DigammaRemainder(x) / x - sum;
    }

    /// <summary>x (ln x - ψ(x)), which falls from 1 at 0 to ½.</summary>
    public static double DigammaRemainder(double x) =>
        x < Large
            ? x * (Math.Log(x) - Digamma(x))
            : 0.5 + Series(x, [1.0 / 12, -1.0 / 120, 1.0 / 252, -1.0 / 240, 1.0 / 132, -691.0 / 32760, 1.0 / 12]);

    public static double Trigamma(double x)
    {
        var sum = 0.0;
        for (; x < Large; x++)
            sum += 1 / (x * x);
        return (1 + TrigammaRemainder(x) / x) / x + sum;
    }

    /// <summary>x² ψ'(x) - x, which falls from 1 at 0 to ½.</summary>
    public static double TrigammaRemainder(double x) =>
        x < Large ? x * x * Trigamma(x) - x : 0.5 + Series(x, [1.0 / 6, -1.0 / 30, 1.0 / 42, -1.0 / 30, 5.0 / 66, -691.0 / 2730, 7.0 / 6]);

    /// <summary>Σ c_k x^(-2k-1).</summary>
    static double Series(double x, ReadOnlySpan<double> coefficients)
    {
        var value = 0.0;
        for (var k = coefficients.Length - 1; k >= 0; k--)
            value = value / (x * x) + coefficients[k];
        return value / x;
    }
}
