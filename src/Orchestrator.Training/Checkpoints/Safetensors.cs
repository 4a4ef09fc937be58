using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Text.Encodings.Web;
using System.Text.Json;
using Orchestrator.Sweeps;
using static TorchSharp.torch;

namespace Orchestrator.Training.Checkpoints;

/// <summary>The safetensors format: 8 bytes little-endian header length, a JSON header, then the values of all tensors without
/// gaps.</summary>
/// <remarks>Format: https://huggingface.co/docs/safetensors. Equal tensors give equal bytes: wide types first so that each is aligned, then
/// by name.</remarks>
public static class Safetensors
{
    /// <summary>The largest header, in bytes: a tensor takes a hundred of them.</summary>
    const int LargestHeader = 8 << 20;

    const int MostDimensions = 16;
    const int Alignment = 8;
    const string Metadata = "__metadata__";

    static readonly ImmutableArray<(ScalarType Type, string Name, int Size)> Types =
    [
        (ScalarType.Float64, "F64", 8),
        (ScalarType.Int64, "I64", 8),
        (ScalarType.Float32, "F32", 4),
        (ScalarType.Byte, "U8", 1),
        (ScalarType.Bool, "BOOL", 1),
    ];

    public static byte[] Write(IEnumerable<StoredTensor> tensors)
    {
        var ordered = tensors.OrderByDescending(t => SizeOf(t.Type)).ThenBy(t => t.Name, StringComparer.Ordinal).ToArray();
        var header = Header(ordered);
        var start = sizeof(long) + header.Length;
        var file = new byte[start + ordered.Sum(t => (long)t.Data.Length)];
        BinaryPrimitives.WriteInt64LittleEndian(file, header.Length);
        header.CopyTo(file, sizeof(long));
        foreach (var tensor in ordered)
        {
            tensor.Data.Span.CopyTo(file.AsSpan(start));
            start += tensor.Data.Length;
        }

        return file;
    }

    /// <param name="what">Names the file in errors.</param>
    /// <exception cref="CheckpointException">The bytes are not one whole safetensors file of the types this project writes.</exception>
    public static ImmutableDictionary<string, StoredTensor> Read(ReadOnlyMemory<byte> file, string what) =>
        Guarded(
            what,
            () =>
            {
                var header = HeaderLength(file.Span[..Math.Min(sizeof(long), file.Length)], file.Length);
                return Entries(file.Slice(sizeof(long), header), file.Length)
                    .ToImmutableDictionary(
                        entry => entry.Name,
                        entry => new StoredTensor(entry.Name, entry.Type, entry.Shape, file.Slice((int)entry.Begin, (int)entry.Length)),
                        StringComparer.Ordinal
                    );
            }
        );

    /// <summary>Names, types, shapes and places, checked against the file's length. No values are read.</summary>
    /// <inheritdoc cref="Read"/>
    public static ImmutableArray<SafetensorsEntry> ReadHeader(Stream file, string what) =>
        Guarded(
            what,
            () =>
            {
                Span<byte> start = stackalloc byte[sizeof(long)];
                file.Position = 0;
                var header = new byte[HeaderLength(start[..file.ReadAtLeast(start, start.Length, throwOnEndOfStream: false)], file.Length)];
                file.ReadExactly(header);
                return Entries(header, file.Length);
            }
        );

    static T Guarded<T>(string what, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception e)
            when (e
                    is JsonException
                        or InvalidDataException
                        or InvalidOperationException
                        or FormatException
                        or OverflowException
                        or KeyNotFoundException
                        or EndOfStreamException
            )
        {
            throw new CheckpointException($"{what}: not a whole safetensors file: {e.Message}", e);
        }
    }

    static byte[] Header(StoredTensor[] tensors)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            var offset = 0L;
            json.WriteStartObject();
            foreach (var tensor in tensors)
            {
                json.WriteStartObject(tensor.Name);
                json.WriteString("dtype", Types.Single(t => t.Type == tensor.Type).Name);
                WriteNumbers(json, "shape", tensor.Shape);
                WriteNumbers(json, "data_offsets", [offset, offset += tensor.Data.Length]);
                json.WriteEndObject();
            }

            json.WriteEndObject();
        }

        while (buffer.Length % Alignment != 0)
            buffer.WriteByte((byte)' ');
        return buffer.ToArray();
    }

    static void WriteNumbers(Utf8JsonWriter json, string name, ImmutableArray<long> numbers)
    {
        json.WriteStartArray(name);
        foreach (var number in numbers)
            json.WriteNumberValue(number);
        json.WriteEndArray();
    }

    static int HeaderLength(ReadOnlySpan<byte> start, long file)
    {
        if (start.Length < sizeof(long))
            throw new InvalidDataException($"{file} bytes, shorter than the header's length field");
        var length = BinaryPrimitives.ReadInt64LittleEndian(start);
        return length is >= 2 and <= LargestHeader && length <= file - sizeof(long)
            ? (int)length
            : throw new InvalidDataException($"header length {length} in a file of {file} bytes");
    }

    /// <param name="length">The length of the file, in bytes.</param>
    static ImmutableArray<SafetensorsEntry> Entries(ReadOnlyMemory<byte> header, long length)
    {
        var (start, data) = (sizeof(long) + header.Length, length - sizeof(long) - header.Length);
        using var json = JsonDocument.Parse(header, new JsonDocumentOptions { AllowDuplicateProperties = false });
        var entries = json
            .RootElement.EnumerateObject()
            .Where(e => e.Name != Metadata)
            .Select(e => (e.Name, Entry: e.Value, Offsets: Numbers(e.Value, "data_offsets")))
            .ToArray();
        if (entries.FirstOrDefault(e => e.Offsets.Length != 2) is { Name: { } bad })
            throw new InvalidDataException($"tensor {Printable.Short(bad)}: data_offsets must be two numbers");

        var position = 0L;
        var tensors = ImmutableArray.CreateBuilder<SafetensorsEntry>(entries.Length);
        foreach (var (name, entry, offsets) in entries.OrderBy(e => e.Offsets[0]).ThenBy(e => e.Offsets[1]))
        {
            var (begin, end) = (offsets[0], offsets[1]);
            if (begin != position || end < begin || end > data)
                throw new InvalidDataException(
                    $"tensor {Printable.Short(name)}: offsets {begin}..{end} where {position} was expected, in {data} bytes of values"
                );
            tensors.Add(Entry(name, entry, start + begin, end - begin));
            position = end;
        }

        return position == data
            ? tensors.MoveToImmutable()
            : throw new InvalidDataException($"{data - position} bytes after the last tensor");
    }

    static SafetensorsEntry Entry(string name, JsonElement entry, long begin, long length)
    {
        var dtype = entry.GetProperty("dtype").GetString();
        var type = Types.FirstOrDefault(t => t.Name == dtype);
        if (type.Name is null)
            throw new InvalidDataException(
                $"tensor {Printable.Short(name)}: type {Printable.Short(dtype ?? "null")}; expected one of "
                    + $"{string.Join(", ", Types.Select(t => t.Name))}"
            );
        var shape = Numbers(entry, "shape");
        if (shape.Any(size => size < 0))
            throw new InvalidDataException($"tensor {Printable.Short(name)}: a size below 0");
        if (shape.Length > MostDimensions || (shape.Contains(0) && shape.Any(size => size > int.MaxValue)))
            throw new InvalidDataException($"tensor {Printable.Short(name)}: no shape of a tensor");
        var bytes = shape.Aggregate((long)type.Size, (product, size) => checked(product * size));
        return bytes == length
            ? new SafetensorsEntry(name, type.Type, shape, begin, length)
            : throw new InvalidDataException(
                $"tensor {Printable.Short(name)}: shape [{string.Join(", ", shape.Take(8))}] of {dtype} needs {bytes} bytes, its offsets "
                    + $"span {length}"
            );
    }

    static ImmutableArray<long> Numbers(JsonElement entry, string property) =>
        entry.TryGetProperty(property, out var numbers)
            ? [.. numbers.EnumerateArray().Select(n => n.GetInt64())]
            : throw new InvalidDataException($"{property} is missing");

    static int SizeOf(ScalarType type) => Types.Single(t => t.Type == type).Size;
}

/// <summary>Where one tensor stands in a safetensors file.</summary>
/// <param name="Begin">Where its values begin, in bytes from the file's beginning.</param>
/// <param name="Length">The size of its values, in bytes.</param>
public sealed record SafetensorsEntry(string Name, ScalarType Type, ImmutableArray<long> Shape, long Begin, long Length);
