using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Orchestrator.Flows.Transforms;

/// <summary>A fixed random order of the channels of [B,C,H,W]: channel i of the result is channel permutation[i];
/// volume-preserving.</summary>
public sealed class FixedPermutation : Transform
{
    [ComponentName(Name = "permutation")]
    readonly Tensor permutation;

    public FixedPermutation(int channels, Generator generator)
    {
        permutation = randperm(channels, int64, generator: generator);
        RegisterComponents();
    }

    public override (Tensor Value, Tensor LogDeterminant) Forward(Tensor x) => (x.index_select(1, Order), NoVolume(x));

    public override (Tensor Value, Tensor LogDeterminant) Inverse(Tensor z) => (z.index_select(1, Order.argsort()), NoVolume(z));

    // A change of the model's type takes the buffers along.
    Tensor Order => permutation.to(int64);

    static Tensor NoVolume(Tensor x) => zeros(x.shape[0], x.dtype, x.device);
}
