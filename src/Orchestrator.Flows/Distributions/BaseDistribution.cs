using static TorchSharp.torch;

namespace Orchestrator.Flows.Distributions;

/// <summary>Distribution of the flat latent x [B,d], scaled so that latents have about unit mean square, as a freshly initialised flow
/// gives them.</summary>
/// <remarks>Arithmetic is in double whatever the latent's type: sums over thousands of dimensions must keep their last nats.</remarks>
public abstract class BaseDistribution : nn.Module
{
    protected BaseDistribution(string name, int dimension)
        : base(name)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(dimension);
        Name = name;
        Dimension = dimension;
    }

    public string Name { get; }

    /// <summary>Latent dimensions d.</summary>
    public int Dimension { get; }

    /// <summary>Log-density at x [B,d] with respect to Lebesgue measure on R^d, in nats, as float64 [B].</summary>
    public abstract Tensor LogProb(Tensor latents);

    /// <summary>Independent draws, float64 [n,d] on the CPU.</summary>
    public abstract Tensor Sample(long count, Generator generator);

    /// <summary>Log-density of the point that x [B,d] stands for, with respect to the manifold's own measure, in nats, as float64
    /// [B].</summary>
    /// <remarks>Differs from <see cref="LogProb"/> by the chart's volume, which says nothing about how typical a point is.</remarks>
    public abstract Tensor LogDensity(Tensor latents);

    /// <summary>Mean of <see cref="LogDensity"/> over the distribution's own samples, in nats.</summary>
    public abstract double LogDensityMean { get; }

    /// <summary>Standard deviation of <see cref="LogDensity"/> over the distribution's own samples, in nats.</summary>
    public abstract double LogDensityStandardDeviation { get; }

    /// <summary>How far x [B,d] lies from the typical set: its log-density minus the mean, in standard deviations, as float64
    /// [B].</summary>
    /// <remarks>
    /// Positive is nearer to the mode than samples ever are, negative is farther out. Where the log-density is huge beside its own
    /// deviation, this difference has no digits left, and a distribution says it otherwise.
    /// </remarks>
    public virtual Tensor Typicality(Tensor latents) => LogDensity(latents).Minus(LogDensityMean).Over(LogDensityStandardDeviation);
}
