using Orchestrator.Flows.Manifolds;
using TorchSharp.Utils;
using static Orchestrator.Flows.Distributions.SpecialFunctions;
using static Orchestrator.Flows.Tensors.TensorArithmetic;
using static TorchSharp.torch;

namespace Orchestrator.Flows.Distributions;

/// <summary>The symmetric Dirichlet distribution on the simplex of n = d + 1 parts, through the isometric log-ratio chart.</summary>
/// <remarks>
/// The chart's scale sqrt(ψ'(alpha)) makes the latent white: Vᵀ log z has covariance ψ'(alpha) I. A learned alpha moves the density
/// alone: the chart stays as its start made it.
/// </remarks>
public sealed class Dirichlet : BaseDistribution
{
    [ComponentName(Name = "concentration")]
    readonly Concentration concentration;

    /// <param name="isLearned">alpha is where learning starts.</param>
    /// <exception cref="ArgumentOutOfRangeException">alpha is not a positive finite number.</exception>
    public Dirichlet(int dimension, double alpha, bool isLearned = false)
        : base("dirichlet", dimension)
    {
        if (!(alpha > 0 && double.IsFinite(alpha)))
            throw new ArgumentOutOfRangeException(nameof(alpha), alpha, "the concentration of a Dirichlet must be positive and finite");
        concentration = new Concentration(alpha, isLearned);
        Chart = new SimplexChart(dimension, Math.Sqrt(Trigamma(alpha)));
        RegisterComponents();
    }

    public SimplexChart Chart { get; }

    public double Alpha => concentration.Value;

    public override double LogDensityMean => LogPeak(Alpha) + MeanExponent(Alpha);

    public override double LogDensityStandardDeviation => Math.Sqrt(Parts * TrigammaRemainder(Alpha) - TrigammaRemainder(Parts * Alpha));

    int Parts => Dimension + 1;

    public override Tensor LogProb(Tensor latents) => LogDensity(latents).Plus(Chart.LogVolume);

    /// <inheritdoc/>
    /// <remarks>
    /// The simplex's own measure is Aitchison's, in which log-ratios are Euclidean: Lebesgue measure over the product of the parts. The
    /// density is that at the centre times exp(alpha Σ ln(n z_i)): lnΓ(n alpha) and alpha Σ ln z_i would each be of size alpha n ln n, and
    /// cancel.
    /// </remarks>
    public override Tensor LogDensity(Tensor latents)
    {
        var alpha = Alpha;
        return concentration.Combine(Chart.SumOfLogPartsFromCentre(latents), LogPeak(alpha), slope: -MeanExponent(alpha) / alpha);
    }

    /// <inheritdoc/>
    public override Tensor Typicality(Tensor latents)
    {
        var alpha = Alpha;
        return Chart.SumOfLogPartsFromCentre(latents).Times(alpha).Minus(MeanExponent(alpha)).Over(LogDensityStandardDeviation);
    }

    public override Tensor Sample(long count, Generator generator)
    {
        using var scope = NewDisposeScope();
        var alpha = Alpha;
        // ln G(alpha) as ln G(alpha+1) + ln U / alpha: a small alpha does not underflow.
        var boosted = _standard_gamma(Full([count, Parts], alpha + 1, float64), generator).log();
        var uniform = rand(count, Parts, float64, generator: generator).SubtractedFrom(1);
        return Chart.FromLogParts(boosted.Plus(uniform.log().Over(alpha))).MoveToOuterDisposeScope();
    }

    /// <summary>Log-density at the centre: lnΓ(n alpha) - n lnΓ(alpha) - n alpha ln n, of whose Stirling's formulas most cancels.</summary>
    double LogPeak(double alpha) =>
        0.5 * Dimension * Math.Log(alpha / Math.Tau)
        - 0.5 * Math.Log(Parts)
        + LogGammaRemainder(Parts * alpha)
        - Parts * LogGammaRemainder(alpha);

    /// <summary>Mean of alpha Σ ln(n z_i): n alpha (ψ(alpha) - ψ(n alpha) + ln n); the derivative of <see cref="LogPeak"/> is -1/alpha of
    /// it.</summary>
    double MeanExponent(double alpha) => DigammaRemainder(Parts * alpha) - Parts * DigammaRemainder(alpha);
}
