using Orchestrator.Flows.Manifolds;
using static TorchSharp.torch;

namespace Orchestrator.Flows.Interpolation;

/// <summary>The great circle on the sphere that the latents chart.</summary>
public sealed class SphereInterpolation(SphereChart chart) : InterpolationScheme("sphere")
{
    protected override Tensor Path(Tensor a, Tensor b, double lambda)
    {
        var point = SphericalInterpolation.Between(chart.ToSphere(a), chart.ToSphere(b), lambda);
        return chart.FromSphere(point / Norm(point).ClampMin(double.Epsilon));
    }
}
