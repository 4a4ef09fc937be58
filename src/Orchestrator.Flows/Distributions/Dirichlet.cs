using Orchestrator.Flows.Manifolds;
using static Orchestrator.Flows.Distributions.SpecialFunctions;
using static TorchSharp.torch;

namespace Orchestrator.Flows.Distributions;

/// <summary>The symmetric Dirichlet distribution on the simplex of n = d + 1 parts, through the isometric log-ratio chart.</summary>
/// <remarks>The chart's scale sqrt(ψ'(alpha)) makes the latent white: Vᵀ log z has covariance ψ'(alpha) I.</remarks>
public sealed class Dirichlet : BaseDistribution
{
    readonly double alpha;
    readonly double logNormalizer;

    /// <exception cref="ArgumentOutOfRangeException">alpha is not a positive finite number.</exception>
    public Dirichlet(int dimension, double alpha) : base("dirichlet", dimension)
    {
        if (!(alpha > 0 && double.IsFinite(alpha)))
            throw new ArgumentOutOfRangeException(nameof(alpha), alpha, "the concentration of a Dirichlet must be positive and finite");
        this.alpha = alpha;
        var parts = dimension + 1;
        logNormalizer = LogGamma(parts * alpha) - parts * LogGamma(alpha);
        Chart = new SimplexChart(dimension, Math.Sqrt(Trigamma(alpha)));
        LogDensityMean = logNormalizer + alpha * parts * (Digamma(alpha) - Digamma(parts * alpha));
        LogDensityStandardDeviation = alpha * Math.Sqrt(parts * (Trigamma(alpha) - parts * Trigamma(parts * alpha)));
    }

    public SimplexChart Chart { get; }

    public override double LogDensityMean { get; }

    public override double LogDensityStandardDeviation { get; }

    public override Tensor LogProb(Tensor latents)
    {
        var logParts = Chart.ToLogParts(latents);
        return logParts.sum(-1) * (alpha - 1) + logNormalizer + Chart.LogVolume(logParts);
    }

    /// <inheritdoc/>
    /// <remarks>The simplex's own measure is Aitchison's, in which log-ratios are Euclidean: Lebesgue measure over the product of the parts.</remarks>
    public override Tensor LogDensity(Tensor latents) => Chart.ToLogParts(latents).sum(-1) * alpha + logNormalizer;

    public override Tensor Sample(long count, Generator generator)
    {
        using var scope = NewDisposeScope();
        // ln G(alpha) as ln G(alpha+1) + ln U / alpha: a small alpha does not underflow.
        var boosted = _standard_gamma(full([count, Dimension + 1], alpha + 1, float64), generator).log();
        var uniform = 1 - rand(count, Dimension + 1, float64, generator: generator);
        return Chart.FromLogParts(boosted + uniform.log() / alpha).MoveToOuterDisposeScope();
    }
}
