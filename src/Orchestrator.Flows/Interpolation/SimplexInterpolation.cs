using Orchestrator.Flows.Manifolds;
using static TorchSharp.torch;

namespace Orchestrator.Flows.Interpolation;

/// <summary>The straight line on the simplex, (1-λ) z_a + λ z_b, taken on log z so that no part underflows.</summary>
public sealed class SimplexInterpolation(SimplexChart chart) : InterpolationScheme("simplex")
{
    protected override Tensor Path(Tensor a, Tensor b, double lambda) =>
        chart.FromLogParts(logaddexp(chart.ToLogParts(a).Plus(Math.Log(1 - lambda)), chart.ToLogParts(b).Plus(Math.Log(lambda))));
}
