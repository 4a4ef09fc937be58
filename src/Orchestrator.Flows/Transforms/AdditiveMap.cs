using static TorchSharp.torch;

namespace Orchestrator.Flows.Transforms;

/// <summary>y = x + shift: volume-preserving (Dinh, Krueger and Bengio 2014, arXiv 1410.8516).</summary>
public sealed class AdditiveMap : ElementwiseMap
{
    public override int Parameters => 1;

    public override (Tensor Value, Tensor LogDerivative) Forward(Tensor x, Tensor parameters) => (x.Plus(parameters), zeros_like(x));

    public override (Tensor Value, Tensor LogDerivative) Inverse(Tensor y, Tensor parameters) => (y - parameters, zeros_like(y));
}
