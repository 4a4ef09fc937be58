using System.Buffers.Binary;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Orchestrator.Sweeps;

namespace Orchestrator.Evaluation.Files;

/// <summary>What the header of NumPy's <c>.npy</c> format says. Format: numpy/lib/format.py, versions 1 to 3.</summary>
/// <param name="Type">As NumPy writes it: <c>&lt;f4</c>.</param>
/// <param name="Rows">Samples, at least 1.</param>
/// <param name="Columns">Features, at least 1.</param>
/// <param name="IsColumnMajor">Values stand column after column (Fortran's order).</param>
/// <param name="Length">The length of the header, in bytes: where the values begin.</param>
sealed partial record NpyHeader(string Type, long Rows, long Columns, bool IsColumnMajor, long Length)
{
    const int Largest = 1 << 16;

    /// <exception cref="FeatureFileException">Not the header of a matrix.</exception>
    /// <exception cref="EndOfStreamException">The file ends within it.</exception>
    public static NpyHeader Read(Stream stream, string what)
    {
        Span<byte> magic = stackalloc byte[8];
        stream.ReadExactly(magic);
        if (magic[0] != 0x93 || !magic[1..6].SequenceEqual("NUMPY"u8) || magic[6] is < 1 or > 3)
            throw new FeatureFileException($"{what}: not a .npy file of version 1 to 3");
        Span<byte> size = stackalloc byte[magic[6] == 1 ? 2 : 4];
        stream.ReadExactly(size);
        var length = size.Length == 2 ? BinaryPrimitives.ReadUInt16LittleEndian(size) : BinaryPrimitives.ReadUInt32LittleEndian(size);
        if (length > Largest)
            throw new FeatureFileException($"{what}: a header of {length} bytes; at most {Largest} are read");
        var text = new byte[length];
        stream.ReadExactly(text);
        return Parse(Encoding.Latin1.GetString(text), magic.Length + size.Length + length, what);
    }

    static NpyHeader Parse(string text, long length, string what)
    {
        try
        {
            // The header is a Python dictionary of texts, numbers and tuples: JSON but for its brackets, quotes and words.
            using var json = JsonDocument.Parse(
                LongSuffix()
                    .Replace(text.Trim('\0'), "$1")
                    .Replace('\'', '"')
                    .Replace('(', '[')
                    .Replace(')', ']')
                    .Replace("True", "true")
                    .Replace("False", "false"),
                new JsonDocumentOptions { AllowTrailingCommas = true, AllowDuplicateProperties = false }
            );
            var header = json.RootElement;
            var type = header.GetProperty("descr") is { ValueKind: JsonValueKind.String } name ? name.GetString()! : "a structure";
            var sizes = header.GetProperty("shape");
            var shown = $"({Printable.Short(string.Join(", ", sizes.EnumerateArray().Select(size => size.GetRawText())))})";
            if (
                sizes
                    .EnumerateArray()
                    .Any(size => size.ValueKind != JsonValueKind.Number || !size.TryGetInt64(out var number) || number < 0)
            )
                throw new FeatureFileException($"{what}: an array of shape {shown}; expected whole numbers of at least 1");
            if (sizes.GetArrayLength() != 2 || sizes.EnumerateArray().Any(size => size.GetInt64() == 0))
                throw new FeatureFileException($"{what}: an array of shape {shown}; expected a matrix (samples, features)");
            return new NpyHeader(type, sizes[0].GetInt64(), sizes[1].GetInt64(), header.GetProperty("fortran_order").GetBoolean(), length);
        }
        catch (Exception wrong) when (wrong is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            throw new FeatureFileException(
                $"{what}: its header is not one of NumPy's: {Printable.Quote(text)}; expected descr, fortran_order and shape",
                wrong
            );
        }
    }

    /// <summary>Python 2 wrote (3L, 4L).</summary>
    [GeneratedRegex("([0-9])L")]
    private static partial Regex LongSuffix();
}
