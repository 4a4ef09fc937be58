using static TorchSharp.torch;

namespace Orchestrator.Flows.Interpolation;

/// <summary>The straight line, rescaled so that the norm goes straight from |a| to |b|.</summary>
public sealed class NormCorrectedInterpolation() : InterpolationScheme("norm-corrected")
{
    protected override Tensor Path(Tensor a, Tensor b, double lambda)
    {
        var line = (1 - lambda) * a + lambda * b;
        // Opposite latents meet in 0, which has no direction to rescale.
        return line * ((1 - lambda) * Norm(a) + lambda * Norm(b)) / Norm(line).clamp_min(double.Epsilon);
    }
}
