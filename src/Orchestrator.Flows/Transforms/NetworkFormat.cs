using static TorchSharp.torch;

namespace Orchestrator.Flows.Transforms;

/// <summary>The number format in which the coupling networks of this thread compute, forward and backward, until it is disposed.</summary>
/// <remarks>
/// As autocast, which TorchSharp (0.107) lacks: weights, their gradients, and everything outside of the networks keep their own format.
/// Without one, the networks compute in the format of their images.
/// </remarks>
public sealed class NetworkFormat : IDisposable
{
    [ThreadStatic]
    static ScalarType? current;

    readonly ScalarType? outer = current;

    public NetworkFormat(ScalarType format) => current = format;

    internal static ScalarType For(Tensor images) => current ?? images.dtype;

    public void Dispose() => current = outer;
}
