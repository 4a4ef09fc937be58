using static TorchSharp.torch;

namespace Orchestrator.Training.Trials;

/// <summary>Tensors as they were at one moment, on their device.</summary>
sealed class StateCopy : IDisposable
{
    readonly List<(Tensor Of, Tensor Values)> copies;

    public StateCopy(IEnumerable<Tensor> of)
    {
        using var scope = NewDisposeScope();
        copies = [.. of.Select(tensor => (tensor, tensor.detach().clone().DetachFromDisposeScope()))];
    }

    /// <summary>Makes the tensors what they were.</summary>
    public void PutBack()
    {
        using var frozen = no_grad();
        foreach (var (of, values) in copies)
            of.copy_(values);
    }

    public void Dispose()
    {
        foreach (var (_, values) in copies)
            values.Dispose();
    }
}
