using static TorchSharp.torch;

namespace Orchestrator.Flows.Transforms;

/// <summary>y = (x + shift) scale, with scale = sigmoid(h + 2) + floor: bounded, near 0.88 at the start, and invertible in float32
/// everywhere.</summary>
/// <remarks>Kingma and Dhariwal 2018 (arXiv 1807.03039). Parameters: shift, h.</remarks>
public sealed class AffineMap : ElementwiseMap
{
    const double SmallestScale = 1e-2;

    public override int Parameters => 2;

    public override (Tensor Value, Tensor LogDerivative) Forward(Tensor x, Tensor parameters)
    {
        var (shift, scale) = ShiftAndScale(parameters);
        return (x.Plus(shift) * scale, scale.log());
    }

    public override (Tensor Value, Tensor LogDerivative) Inverse(Tensor y, Tensor parameters)
    {
        var (shift, scale) = ShiftAndScale(parameters);
        return (y / scale - shift, -scale.log());
    }

    static (Tensor Shift, Tensor Scale) ShiftAndScale(Tensor parameters)
    {
        var parts = parameters.chunk(2, 1);
        return (parts[0], parts[1].Plus(2).sigmoid().Plus(SmallestScale));
    }
}
