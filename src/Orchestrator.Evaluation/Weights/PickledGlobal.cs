using System.Collections.Immutable;
using static TorchSharp.torch;

namespace Orchestrator.Evaluation.Weights;

/// <summary>One of the few names that a pickled state dict may mention, and what a call of it means here.</summary>
sealed record PickledGlobal(string Name, ScalarType? Storage, Func<object?[], object?>? Made)
{
    static readonly Dictionary<string, PickledGlobal> Known = new PickledGlobal[]
    {
        new("collections.OrderedDict", null, arguments => arguments is [] ? new Dictionary<string, object?>() : null),
        new("torch._utils._rebuild_tensor_v2", null, PickledTensor.From),
        new("torch._utils._rebuild_parameter", null, arguments => arguments is [PickledTensor tensor, ..] ? tensor : null),
        new("torch.DoubleStorage", ScalarType.Float64, null),
        new("torch.FloatStorage", ScalarType.Float32, null),
        new("torch.HalfStorage", ScalarType.Float16, null),
        new("torch.BFloat16Storage", ScalarType.BFloat16, null),
        new("torch.LongStorage", ScalarType.Int64, null),
        new("torch.IntStorage", ScalarType.Int32, null),
        new("torch.ByteStorage", ScalarType.Byte, null),
        new("torch.BoolStorage", ScalarType.Bool, null),
    }.ToDictionary(global => global.Name, StringComparer.Ordinal);

    /// <returns>Null where the name is not on the list.</returns>
    public static PickledGlobal? Named(string module, string name) => Known.GetValueOrDefault($"{module}.{name}");

    /// <returns>Null where this cannot be called so.</returns>
    public object? Call(object? arguments) => arguments is object?[] tuple ? Made?.Invoke(tuple) : null;

    public override string ToString() => Name;
}

/// <summary>Values of one or more tensors, kept outside the pickle.</summary>
sealed record PickledStorage(string Key, ScalarType Type, long Count)
{
    /// <param name="reference">("storage", type, key, device, count), of older files with a view as sixth.</param>
    /// <returns>Null where it is anything else.</returns>
    public static PickledStorage? From(object? reference)
    {
        var parts = reference is object?[] { Length: 6 } older && older[5] is null ? older[..5] : reference as object?[];
        return parts is ["storage", PickledGlobal { Storage: { } type }, string key, string, long count] && count is >= 0 and < int.MaxValue
            ? new PickledStorage(key, type, count)
            : null;
    }

    /// <summary>The size of all values, in bytes.</summary>
    public long Bytes => Count * ValueBytes;

    public int ValueBytes =>
        Type switch
        {
            ScalarType.Float64 or ScalarType.Int64 => 8,
            ScalarType.Float32 or ScalarType.Int32 => 4,
            ScalarType.Float16 or ScalarType.BFloat16 => 2,
            _ => 1,
        };
}

/// <param name="Offset">In values of the storage, not bytes.</param>
sealed record PickledTensor(PickledStorage Storage, long Offset, ImmutableArray<long> Shape, ImmutableArray<long> Strides)
{
    const int MostDimensions = 8;

    public long Bytes => Shape.Aggregate(1L, (product, size) => product * size) * Storage.ValueBytes;

    /// <returns>Null where the arguments are not those of a tensor within its storage, or of one with more numbers than that: a stride of 0
    /// repeats one number as often as it likes.</returns>
    public static PickledTensor? From(object?[] arguments)
    {
        if (
            arguments is not [PickledStorage storage, long and >= 0 and var offset, object?[] sizes, object?[] steps, ..]
            || sizes.Length != steps.Length
            || sizes.Length > MostDimensions
            || !Sizes(sizes)
            || !Sizes(steps)
        )
            return null;
        var (shape, strides) = (sizes.Cast<long>().ToImmutableArray(), steps.Cast<long>().ToImmutableArray());
        var isEmpty = shape.Contains(0);
        var (count, last) = (1.0, (Int128)offset);
        foreach (var (size, step) in shape.Zip(strides))
            (count, last) = (count * size, last + (Int128)(size - 1) * step);
        return isEmpty || (last < storage.Count && count <= storage.Count)
            ? new PickledTensor(storage, isEmpty ? 0 : offset, shape, strides)
            : null;

        static bool Sizes(object?[] values) => values.All(value => value is >= 0L and < int.MaxValue);
    }
}
