using static TorchSharp.torch;

namespace Orchestrator.Flows.Transforms;

/// <summary>Trades space for channels: [B,C,H,W] ↔ [B,4C,H/2,W/2]; volume-preserving.</summary>
public sealed class Squeeze : Transform
{
    public override (Tensor Value, Tensor LogDeterminant) Forward(Tensor x) => (nn.functional.pixel_unshuffle(x, 2), NoVolume(x));

    public override (Tensor Value, Tensor LogDeterminant) Inverse(Tensor z) => (nn.functional.pixel_shuffle(z, 2), NoVolume(z));

    static Tensor NoVolume(Tensor x) => zeros(x.shape[0], x.dtype, x.device);
}
