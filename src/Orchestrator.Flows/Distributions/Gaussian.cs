using static TorchSharp.torch;

namespace Orchestrator.Flows.Distributions;

/// <summary>The standard normal distribution on R^d.</summary>
public sealed class Gaussian(int dimension) : BaseDistribution("gaussian", dimension)
{
    public override double LogDensityMean => -0.5 * Dimension * (Math.Log(Math.Tau) + 1);

    public override double LogDensityStandardDeviation => Math.Sqrt(0.5 * Dimension);

    public override Tensor LogProb(Tensor latents) =>
        latents.to(float64).Square().sum(-1).Times(-0.5).Minus(0.5 * Dimension * Math.Log(Math.Tau));

    public override Tensor LogDensity(Tensor latents) => LogProb(latents);

    public override Tensor Sample(long count, Generator generator) => randn(count, Dimension, float64, generator: generator);
}
