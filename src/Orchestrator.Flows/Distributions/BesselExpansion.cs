namespace Orchestrator.Flows.Distributions;

/// <summary>The expansion of I_ν(kappa) in powers of 1/s, s = sqrt(ν² + kappa²): Debye's where ν is large, Hankel's where kappa is, and all
/// between.</summary>
/// <remarks>
/// Let θ = kappa d/dkappa and δ = kappa²/s². The modified Bessel equation is θg + g² = s² for g = θ ln I. With g = Σ s^(1-k) G_k(δ), G_0 =
/// 1, it says 2 G_{k+1} = -(s^(k-1) θ(s^(1-k) G_k) + Σ_{i=1..k} G_i G_{k+1-i}), and as θs = sδ and θδ = 2δ(1-δ), every G_k is a polynomial
/// of degree k; all but G_0 are multiples of δ. In δ, rather than Debye's ν/s, nothing is lost where kappa is small, and ν = 0 is nothing
/// special. What does not fade, like 1 - A, is written so that only positive terms are added.
/// </remarks>
static class BesselExpansion
{
    /// <summary>The least s that it is meant for: the terms left out are below 1e-14 of each constant there.</summary>
    public const double Smallest = 40;

    const int Terms = 14;

    /// <summary>By k from 1: G_k / δ; and (s^(k-1) θ(s^(1-k) G_k) - G_k) / δ, of the derivative of A.</summary>
    static readonly double[][] Slopes,
        Curvatures;

    /// <summary>By k from 1: Q_k of ln I_ν = s - ν asinh(ν/kappa) - ½ ln 2πs + Σ s^-k Q_k(δ).</summary>
    static readonly double[][] Logarithms;

    static BesselExpansion()
    {
        var g = new List<double[]> { new[] { 1.0 }, new[] { 0, -0.5 } };
        for (var k = 1; k < Terms; k++)
        {
            var next = Derivative(k, g[k]);
            for (var i = 1; i <= k; i++)
            for (var a = 0; a < g[i].Length; a++)
            for (var b = 0; b < g[k + 1 - i].Length; b++)
                next[a + b] += g[i][a] * g[k + 1 - i][b];
            g.Add([.. next.Select(coefficient => -0.5 * coefficient)]);
        }
        Slopes = [.. g.Skip(1).Select(polynomial => polynomial[1..])];
        Curvatures =
        [
            .. g.Skip(1)
                .Select(
                    (polynomial, i) =>
                        Derivative(i + 1, polynomial)[1..].Select((c, j) => c - polynomial.ElementAtOrDefault(j + 1)).ToArray()
                ),
        ];
        Logarithms = [.. Slopes.Skip(1).Select((slope, i) => Integral(i + 1, slope))];
    }

    /// <summary>The constants of the von Mises-Fisher distribution on the sphere of R^(2ν+2).</summary>
    public static VonMisesFisherConstants Constants(double nu, double kappa)
    {
        var s = double.Hypot(nu, kappa);
        var delta = kappa / s * (kappa / s);
        var faded = Sum(Slopes, s, delta) * (kappa / s);
        return new(
            LogPeak: nu * Math.Log((nu + s) / Math.Tau) + 0.5 * Math.Log(s / Math.Tau) - nu / (s + kappa) * nu - Sum(Logarithms, s, delta),
            Mean: kappa / (s + nu) + faded,
            OneLessMean: 2 * nu / (kappa + nu + s) - faded,
            Variance: (nu / (s + nu) + Sum(Curvatures, s, delta)) / s
        );
    }

    /// <summary>Σ s^-k P_k(δ), k from 1.</summary>
    static double Sum(double[][] polynomials, double s, double delta)
    {
        var sum = 0.0;
        for (var k = polynomials.Length - 1; k >= 0; k--)
        {
            var value = 0.0;
            for (var j = polynomials[k].Length - 1; j >= 0; j--)
                value = value * delta + polynomials[k][j];
            sum = (sum + value) / s;
        }
        return sum;
    }

    /// <summary>s^(k-1) θ(s^(1-k) G) = δ (1-k) G + 2 δ (1-δ) G', as coefficients by rising power of δ.</summary>
    static double[] Derivative(int k, double[] polynomial)
    {
        var derivative = new double[polynomial.Length + 1];
        for (var j = 0; j < polynomial.Length; j++)
        {
            derivative[j] += 2 * j * polynomial[j];
            derivative[j + 1] += (1 - k - 2 * j) * polynomial[j];
        }
        return derivative;
    }

    /// <summary>The Q for which θ(s^-k Q) = s^-k δ H: the coefficients of -k Q + 2 (1-δ) Q' = H, from the highest power down.</summary>
    static double[] Integral(int k, double[] h)
    {
        var q = new double[h.Length + 1];
        for (var j = h.Length - 1; j >= 0; j--)
            q[j] = (2 * (j + 1) * q[j + 1] - h[j]) / (k + 2 * j);
        return q[..^1];
    }
}
