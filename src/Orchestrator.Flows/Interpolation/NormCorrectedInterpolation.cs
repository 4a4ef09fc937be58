using static TorchSharp.torch;

namespace Orchestrator.Flows.Interpolation;

/// <summary>The straight line, rescaled so that the norm goes straight from |a| to |b|.</summary>
public sealed class NormCorrectedInterpolation() : InterpolationScheme("norm-corrected")
{
    protected override Tensor Path(Tensor a, Tensor b, double lambda)
    {
        var line = LinearInterpolation.Between(a, b, lambda);
        // Opposite latents meet in 0, which has no direction to rescale.
        return line * LinearInterpolation.Between(Norm(a), Norm(b), lambda) / Norm(line).ClampMin(double.Epsilon);
    }
}
