using System.Globalization;
using Orchestrator.Evaluation.Weights;
using Orchestrator.Sweeps;

namespace Orchestrator.Evaluation.Features.Inception;

/// <summary>Names and shapes of the network's 472 tensors: each convolution has a weight and the four of its batch normalisation; the
/// classifier has two.</summary>
static class InceptionTensors
{
    /// <summary>What PyTorch keeps beside each running mean, of no use in evaluation.</summary>
    const string Counter = ".bn.num_batches_tracked";

    static readonly string[] Normalisation = ["bn.bias", "bn.running_mean", "bn.running_var", "bn.weight"];

    static readonly Dictionary<string, long[]> Kernels = Table
        .Split('\n', StringSplitOptions.TrimEntries)
        .Select(line => line.Split(' '))
        .ToDictionary(cells => cells[0], cells => Sizes(cells[1]));

    public static IReadOnlyCollection<string> Convolutions => Kernels.Keys;

    /// <summary>Every tensor of a state dict but the counters.</summary>
    public static IReadOnlyDictionary<string, long[]> Shapes { get; } =
        Kernels
            .SelectMany(kernel =>
                Normalisation
                    .Select(part => ($"{kernel.Key}.{part}", (long[])[kernel.Value[0]]))
                    .Append(($"{kernel.Key}.conv.weight", kernel.Value))
            )
            .Concat([("fc.bias", [1008]), ("fc.weight", [1008, 2048])])
            .ToDictionary(tensor => tensor.Item1, tensor => tensor.Item2);

    /// <param name="found">Shapes by name.</param>
    /// <returns>The names of the tensors that the network needs.</returns>
    /// <exception cref="WeightsException">Not the tensors of this network; the message names the first that is wrong.</exception>
    public static IEnumerable<string> Check(IReadOnlyDictionary<string, long[]> found)
    {
        foreach (var (name, shape) in Shapes.OrderBy(tensor => tensor.Key, StringComparer.Ordinal))
        {
            if (!found.TryGetValue(name, out var given))
                throw new WeightsException(
                    $"tensor {name} is missing: these are not the weights of the FID Inception network of 2015-12-05"
                );
            if (!given.SequenceEqual(shape))
                throw new WeightsException(
                    $"tensor {name} is [{string.Join(", ", given)}] where the FID Inception network of 2015-12-05 has "
                        + $"[{string.Join(", ", shape)}]"
                );
        }

        return
            found
                .Keys.Where(name => !Shapes.ContainsKey(name) && !name.EndsWith(Counter, StringComparison.Ordinal))
                .Order(StringComparer.Ordinal)
                .FirstOrDefault()
                is { } unknown
            ? throw new WeightsException($"tensor {Printable.Short(unknown)} is not one of the FID Inception network of 2015-12-05")
            : Shapes.Keys;
    }

    static long[] Sizes(string text) => [.. text.Split('x').Select(size => long.Parse(size, CultureInfo.InvariantCulture))];

    /// <summary>Name, then output channels, input channels, height and width of the kernel.</summary>
    const string Table = """
        Conv2d_1a_3x3 32x3x3x3
        Conv2d_2a_3x3 32x32x3x3
        Conv2d_2b_3x3 64x32x3x3
        Conv2d_3b_1x1 80x64x1x1
        Conv2d_4a_3x3 192x80x3x3
        Mixed_5b.branch1x1 64x192x1x1
        Mixed_5b.branch3x3dbl_1 64x192x1x1
        Mixed_5b.branch3x3dbl_2 96x64x3x3
        Mixed_5b.branch3x3dbl_3 96x96x3x3
        Mixed_5b.branch5x5_1 48x192x1x1
        Mixed_5b.branch5x5_2 64x48x5x5
        Mixed_5b.branch_pool 32x192x1x1
        Mixed_5c.branch1x1 64x256x1x1
        Mixed_5c.branch3x3dbl_1 64x256x1x1
        Mixed_5c.branch3x3dbl_2 96x64x3x3
        Mixed_5c.branch3x3dbl_3 96x96x3x3
        Mixed_5c.branch5x5_1 48x256x1x1
        Mixed_5c.branch5x5_2 64x48x5x5
        Mixed_5c.branch_pool 64x256x1x1
        Mixed_5d.branch1x1 64x288x1x1
        Mixed_5d.branch3x3dbl_1 64x288x1x1
        Mixed_5d.branch3x3dbl_2 96x64x3x3
        Mixed_5d.branch3x3dbl_3 96x96x3x3
        Mixed_5d.branch5x5_1 48x288x1x1
        Mixed_5d.branch5x5_2 64x48x5x5
        Mixed_5d.branch_pool 64x288x1x1
        Mixed_6a.branch3x3 384x288x3x3
        Mixed_6a.branch3x3dbl_1 64x288x1x1
        Mixed_6a.branch3x3dbl_2 96x64x3x3
        Mixed_6a.branch3x3dbl_3 96x96x3x3
        Mixed_6b.branch1x1 192x768x1x1
        Mixed_6b.branch7x7_1 128x768x1x1
        Mixed_6b.branch7x7_2 128x128x1x7
        Mixed_6b.branch7x7_3 192x128x7x1
        Mixed_6b.branch7x7dbl_1 128x768x1x1
        Mixed_6b.branch7x7dbl_2 128x128x7x1
        Mixed_6b.branch7x7dbl_3 128x128x1x7
        Mixed_6b.branch7x7dbl_4 128x128x7x1
        Mixed_6b.branch7x7dbl_5 192x128x1x7
        Mixed_6b.branch_pool 192x768x1x1
        Mixed_6c.branch1x1 192x768x1x1
        Mixed_6c.branch7x7_1 160x768x1x1
        Mixed_6c.branch7x7_2 160x160x1x7
        Mixed_6c.branch7x7_3 192x160x7x1
        Mixed_6c.branch7x7dbl_1 160x768x1x1
        Mixed_6c.branch7x7dbl_2 160x160x7x1
        Mixed_6c.branch7x7dbl_3 160x160x1x7
        Mixed_6c.branch7x7dbl_4 160x160x7x1
        Mixed_6c.branch7x7dbl_5 192x160x1x7
        Mixed_6c.branch_pool 192x768x1x1
        Mixed_6d.branch1x1 192x768x1x1
        Mixed_6d.branch7x7_1 160x768x1x1
        Mixed_6d.branch7x7_2 160x160x1x7
        Mixed_6d.branch7x7_3 192x160x7x1
        Mixed_6d.branch7x7dbl_1 160x768x1x1
        Mixed_6d.branch7x7dbl_2 160x160x7x1
        Mixed_6d.branch7x7dbl_3 160x160x1x7
        Mixed_6d.branch7x7dbl_4 160x160x7x1
        Mixed_6d.branch7x7dbl_5 192x160x1x7
        Mixed_6d.branch_pool 192x768x1x1
        Mixed_6e.branch1x1 192x768x1x1
        Mixed_6e.branch7x7_1 192x768x1x1
        Mixed_6e.branch7x7_2 192x192x1x7
        Mixed_6e.branch7x7_3 192x192x7x1
        Mixed_6e.branch7x7dbl_1 192x768x1x1
        Mixed_6e.branch7x7dbl_2 192x192x7x1
        Mixed_6e.branch7x7dbl_3 192x192x1x7
        Mixed_6e.branch7x7dbl_4 192x192x7x1
        Mixed_6e.branch7x7dbl_5 192x192x1x7
        Mixed_6e.branch_pool 192x768x1x1
        Mixed_7a.branch3x3_1 192x768x1x1
        Mixed_7a.branch3x3_2 320x192x3x3
        Mixed_7a.branch7x7x3_1 192x768x1x1
        Mixed_7a.branch7x7x3_2 192x192x1x7
        Mixed_7a.branch7x7x3_3 192x192x7x1
        Mixed_7a.branch7x7x3_4 192x192x3x3
        Mixed_7b.branch1x1 320x1280x1x1
        Mixed_7b.branch3x3_1 384x1280x1x1
        Mixed_7b.branch3x3_2a 384x384x1x3
        Mixed_7b.branch3x3_2b 384x384x3x1
        Mixed_7b.branch3x3dbl_1 448x1280x1x1
        Mixed_7b.branch3x3dbl_2 384x448x3x3
        Mixed_7b.branch3x3dbl_3a 384x384x1x3
        Mixed_7b.branch3x3dbl_3b 384x384x3x1
        Mixed_7b.branch_pool 192x1280x1x1
        Mixed_7c.branch1x1 320x2048x1x1
        Mixed_7c.branch3x3_1 384x2048x1x1
        Mixed_7c.branch3x3_2a 384x384x1x3
        Mixed_7c.branch3x3_2b 384x384x3x1
        Mixed_7c.branch3x3dbl_1 448x2048x1x1
        Mixed_7c.branch3x3dbl_2 384x448x3x3
        Mixed_7c.branch3x3dbl_3a 384x384x1x3
        Mixed_7c.branch3x3dbl_3b 384x384x3x1
        Mixed_7c.branch_pool 192x2048x1x1
        """;
}
