using CsCheck;
using Orchestrator.Flows.Distributions;

namespace Orchestrator.Flows.Tests.Distributions;

public sealed class VonMisesFisherConstantsTests
{
    [Fact]
    public void The_normaliser_is_that_of_debyes_expansion() =>
        Gen.Select(Gen.Int[100, 3073], Gen.Double[0, 1]).Sample((p, position) =>
        {
            // From 1e-3 to 10 d, evenly in the logarithm.
            var kappa = 1e-3 * Math.Pow(1e4 * (p - 1), position);
            Assert.Equal(LogNormalizerByDebye(p, kappa), VonMisesFisherConstants.LogNormalizer(p, kappa), 1e-10);
        }, iter: 300, threads: 1);

    [Fact]
    public void The_derivative_of_the_normaliser_is_the_mean_cosine() =>
        Gen.Select(Gen.Int[2, 800], Gen.Double[0.1, 3]).Sample((p, perDimension) =>
        {
            var kappa = perDimension * p;
            var step = 1e-3 * kappa;
            var slope = (VonMisesFisherConstants.LogNormalizer(p, kappa + step) - VonMisesFisherConstants.LogNormalizer(p, kappa - step)) / (2 * step);
            Assert.Equal(-VonMisesFisherConstants.MeanResultantLength(p, kappa), slope, 1e-6);
        }, iter: 200, threads: 1);

    /// <summary>ln C = ν ln kappa - (p/2) ln 2π - ln I_ν(kappa), ν = p/2 - 1, with the uniform expansion of I_ν for large ν (DLMF 10.41.3).</summary>
    static double LogNormalizerByDebye(int p, double kappa)
    {
        const int Terms = 9;
        var nu = 0.5 * p - 1;
        var z = kappa / nu;
        var root = Math.Sqrt(1 + z * z);
        var polynomial = new double[] { 1 };
        var sum = 0.0;
        for (var k = 0; k < Terms; k++, polynomial = Next(polynomial)) sum += At(polynomial, 1 / root) / Math.Pow(nu, k);
        var logBessel = nu * (root + Math.Log(z / (1 + root))) - 0.5 * Math.Log(Math.Tau * nu) - 0.5 * Math.Log(root) + Math.Log(sum);
        return nu * Math.Log(kappa) - 0.5 * p * Math.Log(Math.Tau) - logBessel;
    }

    /// <summary>u' = ½ t² (1 - t²) du/dt + ⅛ ∫ (1 - 5 t²) u dt (DLMF 10.41.9), coefficients by rising power.</summary>
    static double[] Next(double[] u)
    {
        var next = new double[u.Length + 3];
        for (var k = 0; k < u.Length; k++)
        {
            next[k + 1] += 0.5 * k * u[k] + u[k] / (8 * (k + 1));
            next[k + 3] -= 0.5 * k * u[k] + 5 * u[k] / (8 * (k + 3));
        }
        return next;
    }

    static double At(double[] polynomial, double t) => polynomial.Reverse().Aggregate(0.0, (value, coefficient) => value * t + coefficient);
}
