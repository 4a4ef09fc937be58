using static Orchestrator.Flows.Distributions.SpecialFunctions;

namespace Orchestrator.Flows.Distributions;

/// <summary>Normaliser and mean of the von Mises-Fisher distribution on the unit sphere of R^p.</summary>
static class VonMisesFisherConstants
{
    /// <summary>ln C_p(kappa), with the density C_p(kappa) exp(kappa mu·z); within 1e-11 for p up to some thousands.</summary>
    /// <remarks>
    /// ln C_p = lnΓ(p/2) - ln 2 - (p/2) ln π - ln 0F1(; p/2; kappa²/4). The series has positive terms only, and is rescaled before it
    /// overflows; a logarithm of a Bessel function would overflow from p = 784 on. Cost: O(kappa).
    /// </remarks>
    public static double LogNormalizer(int p, double kappa)
    {
        const double Big = 1e250;
        var quarter = kappa * kappa / 4;
        double term = 1, sum = 1, logScale = 0;
        for (var k = 0; term > sum * 1e-17; k++)
        {
            term *= quarter / ((k + 1) * (0.5 * p + k));
            sum += term;
            if (sum <= Big) continue;
            term /= Big;
            sum /= Big;
            logScale += Math.Log(Big);
        }
        return LogGamma(0.5 * p) - Math.Log(2) - 0.5 * p * Math.Log(Math.PI) - (Math.Log(sum) + logScale);
    }

    /// <summary>A_p(kappa) = I_{p/2}(kappa) / I_{p/2-1}(kappa), the mean of mu·z; accurate to the last digits.</summary>
    /// <remarks>Continued fraction A = kappa g_0, g_j = 1/(p + 2j + kappa² g_{j+1}), backwards from a deep start. Cost: O(kappa).</remarks>
    public static double MeanResultantLength(int p, double kappa)
    {
        var g = 0.0;
        for (var j = 80 + (long)(2 * kappa); j >= 0; j--) g = 1 / (p + 2.0 * j + kappa * kappa * g);
        return kappa * g;
    }
}
