using System.Buffers.Binary;
using System.IO.Compression;

namespace Orchestrator.Training.Tests.Data;

/// <summary>A tiny data set in IDX form: images of 2×3, pixel values counted up, labels 0, 1, 2, 0, ….</summary>
static class IdxSample
{
    public const int Pixels = 6;

    public static void Write(string folder, int train, int test, bool gzip)
    {
        Directory.CreateDirectory(folder);
        foreach (var (part, count) in new[] { ("train", train), ("t10k", test) })
        {
            WriteFile(
                folder,
                $"{part}-images-idx3-ubyte",
                gzip,
                File([count, 2, 3], Enumerable.Range(0, count * Pixels).Select(i => (byte)i))
            );
            WriteFile(folder, $"{part}-labels-idx1-ubyte", gzip, File([count], Enumerable.Range(0, count).Select(i => (byte)(i % 3))));
        }
    }

    public static byte[] File(int[] sizes, IEnumerable<byte> values)
    {
        var header = new byte[4 + 4 * sizes.Length];
        (header[2], header[3]) = (8, (byte)sizes.Length);
        for (var i = 0; i < sizes.Length; i++)
            BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4 + 4 * i), sizes[i]);
        return [.. header, .. values];
    }

    static void WriteFile(string folder, string name, bool gzip, byte[] content)
    {
        using var file = System.IO.File.Create(Path.Combine(folder, gzip ? name + ".gz" : name));
        using Stream target = gzip ? new GZipStream(file, CompressionLevel.Fastest) : file;
        target.Write(content);
    }
}
