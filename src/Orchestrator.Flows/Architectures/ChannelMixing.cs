using Orchestrator.Flows.Transforms;
using static TorchSharp.torch;

namespace Orchestrator.Flows.Architectures;

/// <summary>What brings every channel under every coupling, by name; the name of the layer in a checkpoint goes with it.</summary>
public static class ChannelMixing
{
    public const string Lu = "lu",
        Permutation = "permutation";

    public static IReadOnlyCollection<string> Names { get; } = [Lu, Permutation];

    /// <exception cref="ArgumentException">Unknown name.</exception>
    public static (string Layer, Transform Transform) Create(string name, int channels, Generator generator) =>
        name switch
        {
            Lu => ("convolution", new InvertibleConvolution1x1(channels, generator)),
            Permutation => ("permutation", new FixedPermutation(channels, generator)),
            _ => throw new ArgumentException($"unknown mixing '{name}': known are {string.Join(", ", Names)}", nameof(name)),
        };
}
