using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using static TorchSharp.torch;

namespace Orchestrator.Evaluation.Files;

/// <summary>NumPy's <c>.npy</c> format: a header as a Python literal, then the values. Format: numpy/lib/format.py, versions 1 to 3.</summary>
static partial class NpyArray
{
    const int LargestHeader = 1 << 16;

    /// <summary>Bytes read at a time: the file never stands in memory beside the matrix.</summary>
    const int Chunk = 1 << 24;

    /// <param name="length">Of the file.</param>
    /// <param name="what">Names it in errors.</param>
    /// <returns>float32 or float64 [n, d]; the caller's.</returns>
    /// <exception cref="FeatureFileException">Not a matrix of little-endian float32 or float64, or the file is cut.</exception>
    public static Tensor Read(Stream stream, long length, string what)
    {
        try
        {
            var (header, start) = Header(stream, what);
            var (type, size) = Text(header, "descr", what) switch
            {
                "<f4" or "=f4" => (ScalarType.Float32, 4),
                "<f8" or "=f8" => (ScalarType.Float64, 8),
                var other => throw new FeatureFileException($"{what}: values of type {other}; expected little-endian float32 (<f4) or float64 (<f8)"),
            };
            var shape = Shape().Match(header) is { Success: true } found
                ? found.Groups[1].Value.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(item => long.Parse(item, CultureInfo.InvariantCulture)).ToArray()
                : throw new FeatureFileException($"{what}: its header names no shape");
            if (shape.Length != 2 || shape.Contains(0))
                throw new FeatureFileException($"{what}: an array of shape ({string.Join(", ", shape)}); expected a matrix (samples, features)");
            var bytes = checked(shape[0] * shape[1] * size);
            if (bytes != length - start)
                throw new FeatureFileException($"{what}: {length - start} bytes of values where shape ({shape[0]}, {shape[1]}) needs {bytes}");
            var isColumnMajor = header.Contains("'fortran_order': True", StringComparison.Ordinal);
            return Values(stream, type, isColumnMajor ? [shape[1], shape[0]] : shape, isColumnMajor);
        }
        catch (Exception wrong) when (wrong is EndOfStreamException or OverflowException)
        {
            throw new FeatureFileException($"{what}: the file is cut or its header is wrong: {wrong.Message}", wrong);
        }
    }

    static (string Header, long Start) Header(Stream stream, string what)
    {
        Span<byte> magic = stackalloc byte[8];
        stream.ReadExactly(magic);
        if (magic[0] != 0x93 || !magic[1..6].SequenceEqual("NUMPY"u8) || magic[6] is < 1 or > 3)
            throw new FeatureFileException($"{what}: not a .npy file of version 1 to 3");
        Span<byte> size = stackalloc byte[magic[6] == 1 ? 2 : 4];
        stream.ReadExactly(size);
        var length = size.Length == 2 ? BinaryPrimitives.ReadUInt16LittleEndian(size) : BinaryPrimitives.ReadUInt32LittleEndian(size);
        if (length > LargestHeader)
            throw new FeatureFileException($"{what}: a header of {length} bytes");
        var header = new byte[length];
        stream.ReadExactly(header);
        return (Encoding.Latin1.GetString(header), magic.Length + size.Length + length);
    }

    static Tensor Values(Stream stream, ScalarType type, long[] shape, bool turn)
    {
        using var scope = NewDisposeScope();
        var matrix = empty(shape, type);
        var rest = matrix.bytes;
        while (!rest.IsEmpty)
        {
            var chunk = rest[..Math.Min(Chunk, rest.Length)];
            stream.ReadExactly(chunk);
            rest = rest[chunk.Length..];
        }

        return (turn ? matrix.t().contiguous() : matrix).MoveToOuterDisposeScope();
    }

    static string Text(string header, string key, string what) =>
        Regex.Match(header, $"'{key}': *'([^']*)'") is { Success: true } found ? found.Groups[1].Value : throw new FeatureFileException($"{what}: its header names no {key}");

    [GeneratedRegex(@"'shape': *\(([^)]*)\)")]
    private static partial Regex Shape();
}
