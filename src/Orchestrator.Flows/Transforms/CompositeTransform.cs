using static TorchSharp.torch;

namespace Orchestrator.Flows.Transforms;

/// <summary>Transforms one after another: a fold over value and log-determinant.</summary>
public sealed class CompositeTransform : Transform
{
    readonly Transform[] parts;

    /// <param name="parts">In the order data → latent; the names become part of the tensors' names in a checkpoint.</param>
    public CompositeTransform(params IReadOnlyList<(string Name, Transform Transform)> parts)
    {
        this.parts = [.. parts.Select(part => part.Transform)];
        foreach (var (name, transform) in parts)
            register_module(name, transform);
    }

    public override (Tensor Value, Tensor LogDeterminant) Forward(Tensor x) => Traverse(x, static (layer, input) => layer.Forward(input));

    public override (Tensor Value, Tensor LogDeterminant) Inverse(Tensor z) =>
        Fold(parts.Reverse(), z, static (part, input) => part.Inverse(input));

    public override (Tensor Value, Tensor LogDeterminant) Traverse(Tensor x, LayerVisit visit) =>
        Fold(parts, x, (part, input) => part.Traverse(input, visit));

    public override (Tensor Value, Tensor LogDeterminant) Forward(Tensor x, KeptInputs kept) => Fold(parts, x, kept.Forward);

    public override Tensor Backward(KeptInputs kept, Tensor gradient, Tensor byLogDeterminant)
    {
        using var scope = NewDisposeScope();
        foreach (var part in parts.Reverse())
        {
            gradient = kept.Backward(part, gradient, byLogDeterminant);
            scope.DisposeEverythingBut(gradient);
        }
        return gradient.MoveToOuterDisposeScope();
    }

    static (Tensor, Tensor) Fold(IEnumerable<Transform> parts, Tensor value, LayerVisit apply)
    {
        using var scope = NewDisposeScope();
        Tensor? total = null;
        foreach (var part in parts)
        {
            (value, var logDeterminant) = apply(part, value);
            total = total is null ? logDeterminant : total.Plus(logDeterminant);
            // What no gradient needs is freed here and not at the end of the caller's scope: a whole flow's activations are gigabytes.
            scope.DisposeEverythingBut(value, total);
        }
        return scope.MoveToOuter(value, total ?? zeros(value.shape[0], value.dtype, value.device));
    }
}
