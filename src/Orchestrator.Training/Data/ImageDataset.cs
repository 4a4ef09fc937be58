using System.Buffers.Binary;
using System.Security.Cryptography;
using Orchestrator.Flows.Transforms;

namespace Orchestrator.Training.Data;

/// <summary>A data set of images in memory, with splits that no seed changes.</summary>
/// <param name="Levels">Pixel values are 0..Levels-1.</param>
/// <param name="Classes">Labels are 0..Classes-1.</param>
public sealed record ImageDataset(string Name, int Levels, int Classes, ImageSplit Train, ImageSplit Validation, ImageSplit Test)
{
    readonly Lazy<string> sha256 = new(() => Hash(Levels, [Train, Validation, Test]));

    public ImageShape Shape => Train.Shape;

    /// <summary>SHA-256 of levels, shapes, pixels and labels of all splits, lower-case hexadecimal: the same data under another name
    /// has the same.</summary>
    public string Sha256 => sha256.Value;

    static string Hash(int levels, ReadOnlySpan<ImageSplit> splits)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Span<byte> number = stackalloc byte[sizeof(int)];
        foreach (var split in splits)
        {
            foreach (var value in (ReadOnlySpan<int>)[levels, split.Count, split.Shape.Channels, split.Shape.Height, split.Shape.Width])
            {
                BinaryPrimitives.WriteInt32LittleEndian(number, value);
                hash.AppendData(number);
            }

            hash.AppendData(split.Pixels);
            hash.AppendData(split.Labels);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
