using Orchestrator.Flows.Manifolds;
using TorchSharp.Utils;
using static Orchestrator.Flows.Distributions.SpecialFunctions;
using static TorchSharp.torch;

namespace Orchestrator.Flows.Distributions;

/// <summary>The symmetric Dirichlet distribution on the simplex of n = d + 1 parts, through the isometric log-ratio chart.</summary>
/// <remarks>
/// The chart's scale sqrt(ψ'(alpha)) makes the latent white: Vᵀ log z has covariance ψ'(alpha) I. A learned alpha moves the density
/// alone: the chart stays as its start made it.
/// </remarks>
public sealed class Dirichlet : BaseDistribution
{
    [ComponentName(Name = "concentration")] readonly Concentration concentration;

    /// <param name="isLearned">alpha is where learning starts.</param>
    /// <exception cref="ArgumentOutOfRangeException">alpha is not a positive finite number.</exception>
    public Dirichlet(int dimension, double alpha, bool isLearned = false) : base("dirichlet", dimension)
    {
        if (!(alpha > 0 && double.IsFinite(alpha)))
            throw new ArgumentOutOfRangeException(nameof(alpha), alpha, "the concentration of a Dirichlet must be positive and finite");
        concentration = new Concentration(alpha, isLearned);
        Chart = new SimplexChart(dimension, Math.Sqrt(Trigamma(alpha)));
        RegisterComponents();
    }

    public SimplexChart Chart { get; }

    public double Alpha => concentration.Value;

    public override double LogDensityMean => LogNormalizer(Alpha) + Alpha * Parts * (Digamma(Alpha) - Digamma(Parts * Alpha));

    public override double LogDensityStandardDeviation => Alpha * Math.Sqrt(Parts * (Trigamma(Alpha) - Parts * Trigamma(Parts * Alpha)));

    int Parts => Dimension + 1;

    public override Tensor LogProb(Tensor latents)
    {
        var logParts = Chart.ToLogParts(latents);
        return Density(logParts, shift: -1) + Chart.LogVolume(logParts);
    }

    /// <inheritdoc/>
    /// <remarks>The simplex's own measure is Aitchison's, in which log-ratios are Euclidean: Lebesgue measure over the product of the parts.</remarks>
    public override Tensor LogDensity(Tensor latents) => Density(Chart.ToLogParts(latents), shift: 0);

    public override Tensor Sample(long count, Generator generator)
    {
        using var scope = NewDisposeScope();
        var alpha = Alpha;
        // ln G(alpha) as ln G(alpha+1) + ln U / alpha: a small alpha does not underflow.
        var boosted = _standard_gamma(full([count, Parts], alpha + 1, float64), generator).log();
        var uniform = 1 - rand(count, Parts, float64, generator: generator);
        return Chart.FromLogParts(boosted + uniform.log() / alpha).MoveToOuterDisposeScope();
    }

    Tensor Density(Tensor logParts, double shift)
    {
        var alpha = Alpha;
        return concentration.Combine(logParts.sum(-1), LogNormalizer(alpha), slope: Parts * (Digamma(Parts * alpha) - Digamma(alpha)), shift);
    }

    double LogNormalizer(double alpha) => LogGamma(Parts * alpha) - Parts * LogGamma(alpha);
}
