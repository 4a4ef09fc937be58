using static TorchSharp.torch;

namespace Orchestrator.Flows.Transforms;

/// <summary>y = x + shift: volume-preserving (Dinh et al. 2014).</summary>
public sealed class AdditiveMap : ElementwiseMap
{
    public override int Parameters => 1;

    public override (Tensor Value, Tensor LogDerivative) Forward(Tensor x, Tensor parameters) => (x.Plus(parameters), zeros_like(x));

    public override (Tensor Value, Tensor LogDerivative) Inverse(Tensor y, Tensor parameters) => (y - parameters, zeros_like(y));
}
