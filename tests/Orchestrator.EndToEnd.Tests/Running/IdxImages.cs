using System.Buffers.Binary;

namespace Orchestrator.EndToEnd.Tests.Running;

/// <summary>A folder of IDX files with small random images: 8×8, two classes.</summary>
static class IdxImages
{
    public static IReadOnlyList<string> Files { get; } =
    ["train-images-idx3-ubyte", "train-labels-idx1-ubyte", "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte"];

    /// <param name="seed">Of the pixels and labels: another seed is another data set.</param>
    public static void Write(string folder, int seed, int train = 240, int test = 120)
    {
        Directory.CreateDirectory(folder);
        var random = new Random(seed);
        WriteFile(folder, 0, [train, 8, 8], _ => random.Next(256));
        WriteFile(folder, 1, [train], _ => random.Next(2));
        WriteFile(folder, 2, [test, 8, 8], _ => random.Next(256));
        WriteFile(folder, 3, [test], _ => random.Next(2));
    }

    static void WriteFile(string folder, int file, int[] sizes, Func<int, int> value)
    {
        var header = new byte[4 + 4 * sizes.Length];
        (header[2], header[3]) = (8, (byte)sizes.Length);
        for (var i = 0; i < sizes.Length; i++)
            BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4 + 4 * i), sizes[i]);
        File.WriteAllBytes(
            Path.Combine(folder, Files[file]),
            [.. header, .. Enumerable.Range(0, sizes.Aggregate((a, b) => a * b)).Select(i => (byte)value(i))]
        );
    }
}
