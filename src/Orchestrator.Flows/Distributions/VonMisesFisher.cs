using Orchestrator.Flows.Manifolds;
using TorchSharp.Utils;
using static Orchestrator.Flows.Tensors.TensorArithmetic;
using static TorchSharp.torch;

namespace Orchestrator.Flows.Distributions;

/// <summary>The von Mises-Fisher distribution on the sphere S^d in R^(d+1), through the inverse stereographic chart, mean at the south pole
/// (x = 0).</summary>
/// <remarks>
/// The chart's scale sqrt(d (1+A)/(1-A)), A the mean of mu·z, gives latents unit mean square. A learned kappa moves the density alone:
/// the chart stays as its start made it.
/// </remarks>
public sealed class VonMisesFisher : BaseDistribution
{
    readonly double scale;

    [ComponentName(Name = "concentration")]
    readonly Concentration concentration;
    (double Kappa, VonMisesFisherConstants Constants) latest = (double.NaN, default);

    /// <param name="kappa">Concentration, absolute (not per dimension).</param>
    /// <param name="isLearned">kappa is where learning starts.</param>
    /// <exception cref="ArgumentOutOfRangeException">kappa is not a positive finite number.</exception>
    public VonMisesFisher(int dimension, double kappa, bool isLearned = false)
        : base("von-mises-fisher", dimension)
    {
        if (!(kappa > 0 && double.IsFinite(kappa)))
            throw new ArgumentOutOfRangeException(
                nameof(kappa),
                kappa,
                "the concentration of a von Mises-Fisher must be positive and finite"
            );
        concentration = new Concentration(kappa, isLearned);
        scale = Math.Sqrt(dimension * (1 + Constants.Mean) / Constants.OneLessMean);
        Chart = new SphereChart(dimension, scale);
        RegisterComponents();
    }

    public SphereChart Chart { get; }

    public double Kappa => concentration.Value;

    /// <summary>Mean of mu·z.</summary>
    public double MeanCosine => Constants.Mean;

    public override double LogDensityMean => Constants.LogPeak - Kappa * Constants.OneLessMean;

    public override double LogDensityStandardDeviation => Kappa * Math.Sqrt(Constants.Variance);

    public override Tensor LogProb(Tensor latents) => LogDensity(latents).Plus(Chart.LogVolume(latents));

    /// <inheritdoc/>
    /// <remarks>ln C + kappa mu·z = (ln C + kappa) - kappa (1 - mu·z): the right side keeps its digits beside a large kappa.</remarks>
    public override Tensor LogDensity(Tensor latents) =>
        // The derivative of ln C by kappa is -A.
        concentration.Combine(-Chart.OneLessCosineToSouthPole(latents), Constants.LogPeak, slope: Constants.OneLessMean);

    /// <inheritdoc/>
    public override Tensor Typicality(Tensor latents) =>
        Chart.OneLessCosineToSouthPole(latents).SubtractedFrom(Constants.OneLessMean).Over(Math.Sqrt(Constants.Variance));

    /// <summary>The constants of the present kappa.</summary>
    VonMisesFisherConstants Constants
    {
        get
        {
            var kappa = Kappa;
            if (latest.Kappa != kappa)
                latest = (kappa, VonMisesFisherConstants.Of(Dimension + 1, kappa));
            return latest.Constants;
        }
    }

    public override Tensor Sample(long count, Generator generator)
    {
        using var scope = NewDisposeScope();
        var radii = SampleSquaredRadii(count, generator).sqrt().Times(scale);
        var direction = randn(count, Dimension, float64, generator: generator);
        var length = direction.Square().sum(-1, keepdim: true).sqrt();
        return (direction / length * radii.unsqueeze(1)).MoveToOuterDisposeScope();
    }

    /// <summary>Draws q = |x|²/s² = (1-w)/(1+w) [n], w = mu·z.</summary>
    /// <remarks>
    /// Rejection of Ulrich (1984) with the constants of Wood (1994); the acceptance is never below 0.66. The proposal comes from
    /// e = G1/(G1+G2) ~ Beta(d/2, d/2), for which q is b r exactly, r = G1/G2. Written in q, the condition
    /// kappa w + d ln(1 - x0 w) - c ≥ ln u is the one below, and no digits are lost near either pole or with a large kappa.
    /// </remarks>
    internal Tensor SampleSquaredRadii(long count, Generator generator)
    {
        using var scope = NewDisposeScope();
        var kappa = Kappa;
        // Nothing would ever be accepted.
        if (!double.IsFinite(kappa))
            throw new NonFiniteException("base.concentration", "the value");
        double d = Dimension;
        var b = d / (2 * kappa + double.Hypot(2 * kappa, d));
        var accepted = new List<Tensor>();
        for (var missing = count; missing > 0; missing -= accepted[^1].shape[0])
        {
            var gammas = _standard_gamma(Full([2, missing], d / 2, float64), generator);
            var r = gammas[0] / gammas[1];
            var q = r.Times(b);
            var onePlusQ = q.Plus(1);
            var uniform = rand(missing, float64, generator: generator).SubtractedFrom(1);
            var logRatio = (r.SubtractedFrom(1).Times(2 * kappa * b / (1 + b)) / onePlusQ).Plus(
                (r.Plus(1) / onePlusQ).Times((1 + b) / 2).log().Times(d)
            );
            accepted.Add(q[logRatio >= uniform.log()]);
        }
        return cat(accepted).MoveToOuterDisposeScope();
    }
}
