using Orchestrator.Flows.Manifolds;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Orchestrator.Flows.Distributions;

/// <summary>The von Mises-Fisher distribution on the sphere S^d in R^(d+1), through the inverse stereographic chart, mean at the south pole (x = 0).</summary>
/// <remarks>
/// The chart's scale sqrt(d (1+A)/(1-A)), A the mean of mu·z, gives latents unit mean square. A learned kappa moves the density alone:
/// the chart stays as its start made it.
/// </remarks>
public sealed class VonMisesFisher : BaseDistribution
{
    readonly double scale;
    [ComponentName(Name = "concentration")] readonly Concentration concentration;
    (double Kappa, double LogNormalizer, double Mean) latest = (double.NaN, double.NaN, double.NaN);

    /// <param name="kappa">Concentration, absolute (not per dimension).</param>
    /// <param name="isLearned">kappa is where learning starts.</param>
    /// <exception cref="ArgumentOutOfRangeException">kappa is not a positive finite number.</exception>
    public VonMisesFisher(int dimension, double kappa, bool isLearned = false) : base("von-mises-fisher", dimension)
    {
        if (!(kappa > 0 && double.IsFinite(kappa)))
            throw new ArgumentOutOfRangeException(nameof(kappa), kappa, "the concentration of a von Mises-Fisher must be positive and finite");
        concentration = new Concentration(kappa, isLearned);
        scale = Math.Sqrt(dimension * (1 + MeanCosine) / (1 - MeanCosine));
        Chart = new SphereChart(dimension, scale);
        RegisterComponents();
    }

    public SphereChart Chart { get; }

    public double Kappa => concentration.Value;

    /// <summary>Mean of mu·z.</summary>
    public double MeanCosine => Constants.Mean;

    public override double LogDensityMean => Constants.LogNormalizer + Kappa * MeanCosine;

    public override double LogDensityStandardDeviation => Kappa * Math.Sqrt(1 - MeanCosine * MeanCosine - Dimension * MeanCosine / Kappa);

    public override Tensor LogProb(Tensor latents) => LogDensity(latents) + Chart.LogVolume(latents);

    /// <inheritdoc/>
    public override Tensor LogDensity(Tensor latents) =>
        // The derivative of ln C_p by kappa is -A.
        concentration.Combine(Chart.CosineToSouthPole(latents), Constants.LogNormalizer, slope: -Constants.Mean);

    /// <summary>Of the present kappa; they cost O(kappa).</summary>
    (double Kappa, double LogNormalizer, double Mean) Constants
    {
        get
        {
            var kappa = Kappa;
            if (latest.Kappa != kappa)
                latest = (kappa, VonMisesFisherConstants.LogNormalizer(Dimension + 1, kappa), VonMisesFisherConstants.MeanResultantLength(Dimension + 1, kappa));
            return latest;
        }
    }

    public override Tensor Sample(long count, Generator generator)
    {
        using var scope = NewDisposeScope();
        var radii = SampleSquaredRadii(count, generator).sqrt() * scale;
        var direction = randn(count, Dimension, float64, generator: generator);
        var length = direction.square().sum(-1, keepdim: true).sqrt();
        return (direction / length * radii.unsqueeze(1)).MoveToOuterDisposeScope();
    }

    /// <summary>Draws |x|²/s² = (1-w)/(1+w) [n], w = mu·z.</summary>
    /// <remarks>
    /// Rejection of Ulrich (1984) with the constants of Wood (1994); the acceptance is never below 0.66. The proposal comes from
    /// e = G1/(G1+G2) ~ Beta(d/2, d/2), for which (1-w)/(1+w) is b G1/G2 exactly: no digits are lost near either pole.
    /// </remarks>
    internal Tensor SampleSquaredRadii(long count, Generator generator)
    {
        using var scope = NewDisposeScope();
        var kappa = Kappa;
        // Nothing would ever be accepted.
        if (!double.IsFinite(kappa)) throw new NonFiniteException("base.concentration", "the value");
        double d = Dimension;
        var b = d / (2 * kappa + Math.Sqrt(4 * kappa * kappa + d * d));
        var x0 = (1 - b) / (1 + b);
        var c = kappa * x0 + d * (Math.Log(4 * b) - 2 * double.LogP1(b));
        var accepted = new List<Tensor>();
        for (var missing = count; missing > 0; missing -= accepted[^1].shape[0])
        {
            var gammas = _standard_gamma(full([2, missing], d / 2, float64), generator);
            var q = gammas[0] / gammas[1] * b;
            var w = (1 - q) / (1 + q);
            var uniform = 1 - rand(missing, float64, generator: generator);
            accepted.Add(q[kappa * w + d * (1 - x0 * w).log() - c >= uniform.log()]);
        }
        return cat(accepted).MoveToOuterDisposeScope();
    }
}
