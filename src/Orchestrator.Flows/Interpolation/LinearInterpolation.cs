using static TorchSharp.torch;

namespace Orchestrator.Flows.Interpolation;

/// <summary>The straight line in the latent space: (1-λ) a + λ b.</summary>
public sealed class LinearInterpolation() : InterpolationScheme("linear")
{
    protected override Tensor Path(Tensor a, Tensor b, double lambda) => (1 - lambda) * a + lambda * b;
}
