using static TorchSharp.torch;

namespace Orchestrator.Flows.Transforms;

/// <summary>Levels between which the second half of the channels leaves: [B,C,H,W] to one flat latent [B,d] of all d data
/// dimensions.</summary>
/// <remarks>
/// The latent is what leaves after level 0, then after level 1, … , then all of the last level, each flattened.
/// One base distribution so sees every dimension, and nothing is drawn afresh on the way back.
/// </remarks>
public sealed class MultiScaleTransform : Transform
{
    readonly Transform[] levels;
    readonly ImageShape[] leaving;
    readonly long[] sizes;

    /// <param name="levels">Each level, and the shape of what it gives to the latent.</param>
    public MultiScaleTransform(params IReadOnlyList<(Transform Level, ImageShape Leaving)> levels)
    {
        this.levels = [.. levels.Select(level => level.Level)];
        leaving = [.. levels.Select(level => level.Leaving)];
        sizes = [.. leaving.Select(shape => (long)shape.Dimension)];
        for (var level = 0; level < levels.Count; level++)
            register_module($"level{level}", levels[level].Level);
    }

    public override (Tensor Value, Tensor LogDeterminant) Forward(Tensor x) => Traverse(x, static (layer, input) => layer.Forward(input));

    public override (Tensor Value, Tensor LogDeterminant) Traverse(Tensor x, LayerVisit visit) =>
        Through(x, (level, input) => level.Traverse(input, visit));

    public override (Tensor Value, Tensor LogDeterminant) Forward(Tensor x, KeptInputs kept) =>
        Through(x, (level, input) => level.Forward(input, kept));

    public override Tensor Backward(KeptInputs kept, Tensor gradient, Tensor byLogDeterminant)
    {
        var parts = Parts(gradient);
        var byValue = levels[^1].Backward(kept, parts[^1], byLogDeterminant);
        for (var level = levels.Length - 2; level >= 0; level--)
            byValue = levels[level].Backward(kept, cat([byValue, parts[level]], 1), byLogDeterminant);
        return byValue;
    }

    (Tensor Value, Tensor LogDeterminant) Through(Tensor x, LayerVisit pass)
    {
        var (value, total) = pass(levels[0], x);
        var latent = new Tensor[levels.Length];
        for (var level = 1; level < levels.Length; level++)
        {
            var halves = value.chunk(2, 1);
            latent[level - 1] = halves[1].flatten(1);
            (value, var logDeterminant) = pass(levels[level], halves[0]);
            total = total.Plus(logDeterminant);
        }
        latent[^1] = value.flatten(1);
        return (cat(latent, 1), total);
    }

    public override (Tensor Value, Tensor LogDeterminant) Inverse(Tensor z)
    {
        var parts = Parts(z);
        var (value, total) = levels[^1].Inverse(parts[^1]);
        for (var level = levels.Length - 2; level >= 0; level--)
        {
            (value, var logDeterminant) = levels[level].Inverse(cat([value, parts[level]], 1));
            total = total.Plus(logDeterminant);
        }
        return (value, total);
    }

    /// <summary>What left after each level, as images.</summary>
    Tensor[] Parts(Tensor latent) =>
        [.. latent.split(sizes, 1).Zip(leaving, (part, shape) => part.reshape(-1, shape.Channels, shape.Height, shape.Width))];
}
