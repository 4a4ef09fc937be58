using static Orchestrator.Flows.Distributions.SpecialFunctions;

namespace Orchestrator.Flows.Distributions;

/// <summary>What the von Mises-Fisher distribution on the unit sphere of R^p needs of Bessel functions, each to about 1e-13 of itself, for
/// every p ≥ 2 and kappa.</summary>
/// <param name="LogPeak">Log-density at the mean direction, ln C_p(kappa) + kappa, in nats.</param>
/// <param name="Mean">A_p(kappa) = I_{p/2}(kappa) / I_{p/2-1}(kappa), the mean of mu·z.</param>
/// <param name="OneLessMean">1 - A: a large kappa leaves no digits of it in A.</param>
/// <param name="Variance">The variance of mu·z, which is the derivative of A: 1 - A² - (p-1) A / kappa.</param>
/// <remarks>They are built from 1 - mu·z and its mean alone: beside a large kappa, kappa mu·z and ln C are both huge, and cancel.</remarks>
readonly record struct VonMisesFisherConstants(double LogPeak, double Mean, double OneLessMean, double Variance)
{
    /// <summary>The constants for p and kappa; NaN where <paramref name="kappa"/> is.</summary>
    /// <remarks>Costs the same for every kappa.</remarks>
    public static VonMisesFisherConstants Of(int p, double kappa) =>
        double.Hypot(0.5 * p - 1, kappa) < BesselExpansion.Smallest ? BySeries(p, kappa) : BesselExpansion.Constants(0.5 * p - 1, kappa);

    /// <summary>ln C_p(kappa), with the density C_p(kappa) exp(kappa mu·z).</summary>
    public static double LogNormalizer(int p, double kappa) => Of(p, kappa).LogPeak - kappa;

    /// <summary>A_p(kappa).</summary>
    public static double MeanResultantLength(int p, double kappa) => Of(p, kappa).Mean;

    /// <summary>The constants for p and kappa up to some dozens.</summary>
    /// <remarks>
    /// ln C_p = lnΓ(p/2) - ln 2 - (p/2) ln π - ln 0F1(; p/2; kappa²/4), all terms of 0F1 positive, and the continued fraction A = kappa
    /// g_0, g_j = 1/(p + 2j + kappa² g_{j+1}), backwards from a deep start.
    /// </remarks>
    static VonMisesFisherConstants BySeries(int p, double kappa)
    {
        double term = 1,
            sum = 1;
        for (var k = 0; term > sum * 1e-17; k++)
            sum += term *= kappa * kappa / 4 / ((k + 1) * (0.5 * p + k));
        var g = 0.0;
        for (var j = 80 + (int)(2 * kappa); j >= 0; j--)
            g = 1 / (p + 2.0 * j + kappa * kappa * g);
        var mean = kappa * g;
        return new(
            LogGamma(0.5 * p) - Math.Log(2) - 0.5 * p * Math.Log(Math.PI) - Math.Log(sum) + kappa,
            mean,
            1 - mean,
            1 - mean * mean - (p - 1) * g
        );
    }
}
