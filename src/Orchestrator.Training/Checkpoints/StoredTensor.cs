using System.Collections.Immutable;
using static TorchSharp.torch;

namespace Orchestrator.Training.Checkpoints;

/// <summary>One tensor as safetensors holds it: little-endian values, row by row.</summary>
public sealed record StoredTensor(string Name, ScalarType Type, ImmutableArray<long> Shape, ReadOnlyMemory<byte> Data)
{
    public static StoredTensor From(string name, Tensor tensor)
    {
        using var scope = NewDisposeScope();
        var values = tensor.detach().cpu().contiguous();
        return new StoredTensor(name, values.dtype, [.. values.shape], values.bytes.ToArray());
    }

    /// <returns>A tensor of its own memory; the caller's.</returns>
    public Tensor ToTensor(Device? device = null)
    {
        using var scope = NewDisposeScope();
        var values = empty(Shape.AsSpan(), Type);
        Data.Span.CopyTo(values.bytes);
        return (device is null ? values : values.to(device)).MoveToOuterDisposeScope();
    }
}
