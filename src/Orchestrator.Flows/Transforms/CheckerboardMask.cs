using static Orchestrator.Flows.Tensors.TensorArithmetic;
using static TorchSharp.torch;

namespace Orchestrator.Flows.Transforms;

/// <summary>The sites of one colour of a checkerboard decide on those of the other (Dinh et al. 2017, arXiv 1605.08803); the network sees
/// zeros at the latter.</summary>
/// <param name="changesEven">Whether the changed sites are those with row + column even.</param>
public sealed class CheckerboardMask(int channels, bool changesEven) : Mask
{
    public override int ConditionChannels => channels;

    public override int ChangedChannels => channels;

    public override (Tensor Condition, Tensor Changed) Split(Tensor x) => (where(IsChanged(x), 0, x), x);

    public override Tensor Join(Tensor x, Tensor changed) => where(IsChanged(x), changed, x);

    public override Tensor Sum(Tensor ofChanged) => where(IsChanged(ofChanged), ofChanged, 0).sum([1, 2, 3]);

    Tensor IsChanged(Tensor x)
    {
        var rows = Range(0, x.shape[2], int64, x.device).unsqueeze(1);
        var columns = Range(0, x.shape[3], int64, x.device);
        return rows.Plus(columns).Modulo(2).IsEqualTo(changesEven ? 0 : 1);
    }
}
