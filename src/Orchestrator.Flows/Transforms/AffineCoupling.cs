using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Orchestrator.Flows.Transforms;

/// <summary>The first half of the channels chooses shift and scale of the second: y2 = (x2 + shift) scale.</summary>
/// <remarks>
/// [B,C,H,W], C even. Scale = sigmoid(h + 2) + floor: bounded, near 0.88 at the start, and invertible in float32 everywhere.
/// Log-determinant: sum(ln scale).
/// </remarks>
public sealed class AffineCoupling : Transform
{
    const double SmallestScale = 1e-2;

    [ComponentName(Name = "network")] readonly CouplingNetwork network;

    public AffineCoupling(int channels, int hidden, Generator generator)
    {
        network = new CouplingNetwork(channels / 2, channels, hidden, generator);
        RegisterComponents();
    }

    public override (Tensor Value, Tensor LogDeterminant) Forward(Tensor x)
    {
        var halves = x.chunk(2, 1);
        var (shift, scale) = ShiftAndScale(halves[0]);
        return (cat([halves[0], (halves[1] + shift) * scale], 1), scale.log().sum([1, 2, 3]));
    }

    public override (Tensor Value, Tensor LogDeterminant) Inverse(Tensor z)
    {
        var halves = z.chunk(2, 1);
        var (shift, scale) = ShiftAndScale(halves[0]);
        return (cat([halves[0], halves[1] / scale - shift], 1), -scale.log().sum([1, 2, 3]));
    }

    public override void Initialise(Tensor x) => network.Initialise(x.chunk(2, 1)[0]);

    (Tensor Shift, Tensor Scale) ShiftAndScale(Tensor condition)
    {
        var parts = network.Forward(condition).chunk(2, 1);
        return (parts[0], (parts[1] + 2).sigmoid() + SmallestScale);
    }
}
