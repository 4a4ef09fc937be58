using static TorchSharp.torch;

namespace Orchestrator.Flows.Interpolation;

/// <summary>Spherical linear interpolation in the latent space: (sin((1-λ)ω) a + sin(λω) b) / sin ω, ω the angle between a and b.</summary>
public sealed class SphericalInterpolation() : InterpolationScheme("slerp")
{
    // Below it the great circle is a line to the last digit, or (opposite points) is not unique.
    const double SmallestSine = 1e-6;

    protected override Tensor Path(Tensor a, Tensor b, double lambda) => Between(a, b, lambda);

    internal static Tensor Between(Tensor a, Tensor b, double lambda)
    {
        var cosine = (a * b).sum(-1, keepdim: true) / (Norm(a) * Norm(b)).ClampMin(double.Epsilon);
        var angle = cosine.Clamp(-1, 1).acos();
        var sine = angle.sin();
        var isLine = sine.IsLessThan(SmallestSine);
        var safe = where(isLine, 1, sine);
        var weightOfA = where(isLine, 1 - lambda, angle.Times(1 - lambda).sin() / safe);
        var weightOfB = where(isLine, lambda, angle.Times(lambda).sin() / safe);
        return (weightOfA * a).Plus(weightOfB * b);
    }
}
