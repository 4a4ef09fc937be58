using static TorchSharp.torch;

namespace Orchestrator.Flows.Interpolation;

/// <summary>The straight line in the latent space: (1-λ) a + λ b.</summary>
public sealed class LinearInterpolation() : InterpolationScheme("linear")
{
    protected override Tensor Path(Tensor a, Tensor b, double lambda) => Between(a, b, lambda);

    internal static Tensor Between(Tensor a, Tensor b, double lambda) => a.Times(1 - lambda).Plus(b.Times(lambda));
}
