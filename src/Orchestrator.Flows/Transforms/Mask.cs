using static TorchSharp.torch;

namespace Orchestrator.Flows.Transforms;

/// <summary>The mask of a coupling: which part of an image [B,C,H,W] it only looks at, and which part it changes.</summary>
public abstract class Mask
{
    /// <summary>Channels of what is looked at.</summary>
    public abstract int ConditionChannels { get; }

    /// <summary>Channels of what is changed.</summary>
    public abstract int ChangedChannels { get; }

    /// <returns>The same condition before and after the change.</returns>
    public abstract (Tensor Condition, Tensor Changed) Split(Tensor x);

    /// <param name="x">What was split.</param>
    /// <param name="changed">What its changed part became.</param>
    public abstract Tensor Join(Tensor x, Tensor changed);

    /// <returns>Sum over what is changed, [B].</returns>
    public abstract Tensor Sum(Tensor ofChanged);
}
