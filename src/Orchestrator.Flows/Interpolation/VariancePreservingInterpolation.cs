using static TorchSharp.torch;

namespace Orchestrator.Flows.Interpolation;

/// <summary>The straight line over sqrt((1-λ)² + λ²): between independent Gaussian samples every point is a Gaussian sample.</summary>
public sealed class VariancePreservingInterpolation() : InterpolationScheme("variance-preserving")
{
    protected override Tensor Path(Tensor a, Tensor b, double lambda) =>
        LinearInterpolation.Between(a, b, lambda).Over(Math.Sqrt((1 - lambda) * (1 - lambda) + lambda * lambda));
}
