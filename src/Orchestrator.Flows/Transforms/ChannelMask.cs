using static TorchSharp.torch;

namespace Orchestrator.Flows.Transforms;

/// <summary>One half of the channels decides on the other; C even.</summary>
/// <param name="changesFirst">Whether it is the first half that is changed.</param>
public sealed class ChannelMask(int channels, bool changesFirst = false) : Mask
{
    public override int ConditionChannels => channels / 2;

    public override int ChangedChannels => channels / 2;

    public override (Tensor Condition, Tensor Changed) Split(Tensor x)
    {
        var halves = x.chunk(2, 1);
        return changesFirst ? (halves[1], halves[0]) : (halves[0], halves[1]);
    }

    public override Tensor Join(Tensor x, Tensor changed)
    {
        var (condition, _) = Split(x);
        return cat(changesFirst ? [changed, condition] : [condition, changed], 1);
    }

    public override Tensor Sum(Tensor ofChanged) => ofChanged.sum([1, 2, 3]);
}
