using static TorchSharp.torch;

namespace Orchestrator.Flows.Transforms;

/// <summary>What the parts of a transform were given, and nothing that they computed of it: the way back computes that anew, part by
/// part.</summary>
/// <remarks>Chen, Xu, Zhang and Guestrin 2016, "Training deep nets with sublinear memory cost" (arXiv 1604.06174). The same
/// is computed from the same numbers: the gradient is that of kept activations but for the order in which sums are added up.</remarks>
public sealed class KeptInputs : IDisposable
{
    readonly Stack<Tensor> inputs = [];

    /// <summary>Sends an input forward without a gradient, and keeps it.</summary>
    public (Tensor Value, Tensor LogDeterminant) Forward(Transform part, Tensor input)
    {
        using var noGradient = no_grad();
        inputs.Push(input.alias().DetachFromDisposeScope());
        return part.Forward(input);
    }

    /// <summary>Goes back through the part that was the last to go forward; its parameters' gradients are added to theirs.</summary>
    /// <param name="gradient">Of a number by the part's output.</param>
    /// <param name="byLogDeterminant">The same by its log-determinant [B].</param>
    /// <returns>The gradient by the part's input.</returns>
    public Tensor Backward(Transform part, Tensor gradient, Tensor byLogDeterminant)
    {
        using var scope = NewDisposeScope();
        using var input = inputs.Pop().requires_grad_();
        var (value, logDeterminant) = part.Forward(input);
        // What preserves volume has a log-determinant without a gradient.
        if (logDeterminant.requires_grad)
            autograd.backward([value, logDeterminant], [gradient, byLogDeterminant]);
        else
            autograd.backward(value, gradient);
        return input.grad!.MoveToOuterDisposeScope();
    }

    public void Dispose()
    {
        foreach (var input in inputs)
            input.Dispose();
    }
}
