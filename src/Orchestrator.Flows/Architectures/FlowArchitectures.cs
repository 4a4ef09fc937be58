using Orchestrator.Flows.Transforms;
using static TorchSharp.torch;

namespace Orchestrator.Flows.Architectures;

/// <summary>The architectures by name. A new one is a file with a <c>Create</c> like Glow's, and a line here.</summary>
public static class FlowArchitectures
{
    delegate Transform Creation(ImageShape image, FlowOptions options, Generator generator);

    static readonly SortedDictionary<string, Creation> All = new(StringComparer.Ordinal)
    {
        [Glow.Name] = Glow.Create,
        [RealNvp.Name] = RealNvp.Create,
    };

    public static IReadOnlyCollection<string> Names => All.Keys;

    /// <summary>Whether an architecture can take images of a shape, without a tensor being made.</summary>
    /// <exception cref="ArgumentException">Unknown name of the architecture, or sizes it cannot take.</exception>
    public static void Check(string name, ImageShape image, FlowOptions options)
    {
        if (!All.ContainsKey(name))
            throw new ArgumentException($"unknown flow architecture '{name}': known are {string.Join(", ", Names)}", nameof(name));
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(options.Levels);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(options.Steps);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(options.Hidden);
        var shape = image;
        for (var level = 0; level < options.Levels; level++)
            shape = Scales.Halved(Scales.Squeezed(shape, name, level, image));
    }

    /// <summary>A fresh transform [B,C,H,W] → [B,d]; equal seeds give equal bytes.</summary>
    /// <exception cref="ArgumentException">Unknown name of the architecture or a part, or sizes the architecture cannot take.</exception>
    public static Transform Create(string name, ImageShape image, FlowOptions options, long seed)
    {
        Check(name, image, options);
        using var generator = new Generator((ulong)seed, CPU);
        using var scope = NewDisposeScope();
        var transform = All[name](image, options, generator);
        // A model outlives the scope it was made in.
        foreach (var tensor in transform.parameters().Concat(transform.buffers()))
            tensor.DetachFromDisposeScope();
        return transform;
    }
}
