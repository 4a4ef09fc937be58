using System.Buffers.Binary;
using Orchestrator.Sweeps;

namespace Orchestrator.Speed;

/// <summary>A data set in MNIST's form that nothing can be learned from.</summary>
static class RandomImages
{
    public static void Write(string folder, int count, int side)
    {
        Directory.CreateDirectory(folder);
        foreach (var split in (string[])["train", "t10k"])
        {
            WriteFile(Path.Combine(folder, $"{split}-images-idx3-ubyte"), 256, count, side, side);
            WriteFile(Path.Combine(folder, $"{split}-labels-idx1-ubyte"), 10, count);
        }
    }

    static void WriteFile(string file, int levels, params int[] sizes)
    {
        using var stream = File.Create(file);
        Number(0x0800 + sizes.Length);
        foreach (var size in sizes)
            Number(size);
        for (var value = 0; value < sizes.Aggregate((product, size) => product * size); value++)
            stream.WriteByte((byte)((ulong)Seed.Derive(1, "pixel", value) % (ulong)levels));

        void Number(int number)
        {
            Span<byte> bytes = stackalloc byte[4];
            BinaryPrimitives.WriteInt32BigEndian(bytes, number);
            stream.Write(bytes);
        }
    }
}
