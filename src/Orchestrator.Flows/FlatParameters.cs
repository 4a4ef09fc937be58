using Orchestrator.Flows.Distributions;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Orchestrator.Flows;

/// <summary>All learned parameters of a flow as one vector [N]: the model's own parameters become views of it, and so do their
/// gradients.</summary>
/// <remarks>
/// A step of an optimiser, a norm or a moving average is then a handful of native calls instead of one per parameter, and nothing is ever
/// gathered or scattered: backward adds into <see cref="Gradients"/>, and a change of <see cref="Values"/> is a change of the model.
/// The order is that of the parameters' names, so a saved vector fits the next process. Move the model to its device and type first.
/// </remarks>
public sealed class FlatParameters : IDisposable
{
    readonly List<(string Name, long Offset, long Size)> segments = [];

    public FlatParameters(FlowModel model)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        var parameters = model.NamedParameters();
        Values = new Parameter(cat([.. parameters.Select(entry => entry.Tensor.flatten())]));
        Gradients = zeros_like(Values, requires_grad: false);
        var values = Values.detach();
        long offset = 0;
        foreach (var (name, parameter) in parameters)
        {
            var size = parameter.numel();
            var shape = parameter.shape;
            parameter.set_(values.narrow(0, offset, size).view(shape));
            parameter.grad = Gradients.narrow(0, offset, size).view(shape);
            segments.Add((name, offset, size));
            offset += size;
        }
        Values.grad = Gradients;
        Values.DetachFromDisposeScope();
        Gradients.DetachFromDisposeScope();
    }

    /// <summary>The parameter to give to an optimiser; its gradient is <see cref="Gradients"/>.</summary>
    public Parameter Values { get; }

    /// <summary>Sum of the gradients of every backward since the last <see cref="ClearGradients"/>.</summary>
    public Tensor Gradients { get; }

    /// <summary>Sets the gradients to 0, before each backward. An optimiser's own zero_grad would cut the views.</summary>
    public void ClearGradients() => Gradients.zero_();

    /// <exception cref="NonFiniteException">Names the first parameter with a gradient or value that is not finite.</exception>
    public void ThrowIfNonFinite()
    {
        using var scope = NewDisposeScope();
        Check(Gradients, "a gradient");
        Check(Values.detach(), "a value");
    }

    public void Dispose()
    {
        Values.Dispose();
        Gradients.Dispose();
    }

    void Check(Tensor vector, string what)
    {
        var bad = vector.isfinite().logical_not_().nonzero();
        if (bad.shape[0] == 0)
            return;
        var index = bad[0, 0].item<long>();
        throw new NonFiniteException(segments.Last(segment => segment.Offset <= index).Name, what);
    }
}
