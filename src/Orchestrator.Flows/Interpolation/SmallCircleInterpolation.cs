using Orchestrator.Flows.Manifolds;
using static TorchSharp.torch;

namespace Orchestrator.Flows.Interpolation;

/// <summary>A path on the sphere that keeps its distance to the mean: linear in the cosine to it, a great circle in the direction around
/// it.</summary>
/// <remarks>Ends of equal density, and typical ones have nearly that, are joined by points of that same density.</remarks>
public sealed class SmallCircleInterpolation(SphereChart chart) : InterpolationScheme("small-circle")
{
    protected override Tensor Path(Tensor a, Tensor b, double lambda)
    {
        // The mean is the south pole, x = 0: the direction around it is that of x.
        var direction = SphericalInterpolation.Between(Unit(a), Unit(b), lambda);
        var (plusOfA, minusOfA) = chart.AroundSouthPole(a);
        var (plusOfB, minusOfB) = chart.AroundSouthPole(b);
        var radius = chart.Radius(
            LinearInterpolation.Between(plusOfA, plusOfB, lambda),
            LinearInterpolation.Between(minusOfA, minusOfB, lambda)
        );
        return Unit(direction) * radius;
    }

    // The mean itself has no direction.
    static Tensor Unit(Tensor x) => x / Norm(x).ClampMin(double.Epsilon);
}
