using System.Globalization;
using static TorchSharp.torch;

namespace Orchestrator.Evaluation.Tests.Golden;

/// <summary>The synthetic weights and images behind the golden Inception features: hashes of their own indices.</summary>
static class Synthetic
{
    /// <summary>Names and shapes, in the order that numbers them.</summary>
    public static (string Name, long[] Shape)[] Tensors { get; } =
    [
        .. Lines("inception_tensor_order")
            .Skip(1)
            .Select(line => line.Split(','))
            .Select(cells => (cells[1], cells[2].Split('x').Select(size => long.Parse(size, CultureInfo.InvariantCulture)).ToArray())),
    ];

    public static Dictionary<string, Tensor> Weights() =>
        Tensors
            .Select((tensor, ordinal) => (tensor.Name, Values: Weight(tensor.Name, tensor.Shape, (uint)ordinal)))
            .ToDictionary(entry => entry.Name, entry => entry.Values);

    /// <returns>uint8 [1, channels, side, side].</returns>
    public static Tensor Image(int channels, int side, uint offset) =>
        tensor(
            Enumerable.Range(0, channels * side * side).Select(i => (byte)(Hash((uint)i + offset) >> 24)).ToArray(),
            [1, channels, side, side]
        );

    public static string[] Lines(string file) => File.ReadAllLines(Path.Combine(AppContext.BaseDirectory, "Golden", file + ".csv"));

    static Tensor Weight(string name, long[] shape, uint ordinal)
    {
        var (scale, shift) = name switch
        {
            "fc.bias" => (0.1, 0.0),
            "fc.weight" => (Math.Sqrt(3.0 / 2048), 0),
            _ when name.EndsWith("conv.weight", StringComparison.Ordinal) => (Math.Sqrt(6.0 / (shape[1] * shape[2] * shape[3])), 0),
            _ when name.EndsWith("bn.weight", StringComparison.Ordinal) => (0.1, 1),
            _ when name.EndsWith("bn.bias", StringComparison.Ordinal) => (0.05, 0),
            _ when name.EndsWith("running_mean", StringComparison.Ordinal) => (0.1, 0),
            _ => (0.2, 1),
        };
        var values = new float[shape.Aggregate((product, size) => product * size)];
        for (var i = 0; i < values.Length; i++)
            values[i] = (float)(shift + scale * (Hash((uint)i + 1000003 * ordinal) / 2147483648.0 - 1));
        return tensor(values, shape);
    }

    static uint Hash(uint x)
    {
        x = (x ^ x >> 16) * 0x7feb352d;
        x = (x ^ x >> 15) * 0x846ca68b;
        return x ^ x >> 16;
    }
}
