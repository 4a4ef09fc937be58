using static TorchSharp.torch;

namespace Orchestrator.Training.Optimisation;

public static class GradientClip
{
    /// <param name="norm">A gradient's L2 norm: float64 [], on its device, which nobody waits for.</param>
    /// <returns>The factor that brings the gradient down to <paramref name="limit"/>; 1 where its norm is not above.</returns>
    public static Tensor Factor(Tensor norm, double limit) => TensorArithmetic.FullLike(norm, limit).div(norm).ClampInPlace(0, 1);
}
