namespace Orchestrator.Sweeps.Search;

/// <summary>The normal distribution of mean 0 and standard deviation 1.</summary>
static class StandardNormal
{
    /// <summary>Beyond, nothing is left at the precision of a double.</summary>
    const double Far = 8;

    static readonly double LogOfSqrtTwoPi = Math.Log(2 * Math.PI) / 2;

    public static double LogDensity(double x) => -x * x / 2 - LogOfSqrtTwoPi;

    /// <summary>The probability below x, to 1e-15: its series around 0 (Marsaglia, Journal of Statistical Software 11(4), 2004).</summary>
    public static double Below(double x)
    {
        if (Math.Abs(x) > Far)
            return x < 0 ? 0 : 1;
        var (sum, before, term) = (x, 0.0, x);
        for (var i = 3; sum != before; i += 2)
        {
            before = sum;
            term *= x * x / i;
            sum += term;
        }

        return 0.5 + sum * Math.Exp(LogDensity(x));
    }

    /// <summary>The x below which the probability is p.</summary>
    public static double Quantile(double p)
    {
        p = Math.Clamp(p, 1e-15, 1 - 1e-15);
        if (p < 0.5)
            return -Quantile(1 - p);
        // A formula that is good to two digits begins (Shore, Applied Statistics 31(2), 1982); each of Halley's steps trebles the digits.
        var x = 5.5556 * (1 - Math.Pow((1 - p) / p, 0.1186));
        for (var step = 0; step < 4; step++)
        {
            var error = (Below(x) - p) / Math.Exp(LogDensity(x));
            x -= error / (1 + x * error / 2);
        }

        return x;
    }
}
