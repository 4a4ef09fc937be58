using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Text.Encodings.Web;
using System.Text.Json;
using static TorchSharp.torch;

namespace Orchestrator.Training.Checkpoints;

/// <summary>The safetensors format: 8 bytes little-endian header length, a JSON header, then the values of all tensors without gaps.</summary>
/// <remarks>Format: https://huggingface.co/docs/safetensors. Equal tensors give equal bytes: wide types first so that each is aligned, then by name.</remarks>
public static class Safetensors
{
    /// <summary>The bound that the format's own library sets.</summary>
    const int LargestHeader = 100_000_000;

    const int Alignment = 8;
    const string Metadata = "__metadata__";

    static readonly ImmutableArray<(ScalarType Type, string Name, int Size)> Types =
        [(ScalarType.Float64, "F64", 8), (ScalarType.Int64, "I64", 8), (ScalarType.Float32, "F32", 4), (ScalarType.Byte, "U8", 1), (ScalarType.Bool, "BOOL", 1)];

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
    public static ImmutableDictionary<string, StoredTensor> Read(ReadOnlyMemory<byte> file, string what)
    {
        try
        {
            return Read(file);
        }
        catch (Exception e) when (e is JsonException or InvalidDataException or InvalidOperationException or FormatException or OverflowException or KeyNotFoundException)
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

    static ImmutableDictionary<string, StoredTensor> Read(ReadOnlyMemory<byte> file)
    {
        if (file.Length < sizeof(long))
            throw new InvalidDataException($"{file.Length} bytes, shorter than the header's length field");
        var length = BinaryPrimitives.ReadInt64LittleEndian(file.Span);
        if (length is < 2 or > LargestHeader || length > file.Length - sizeof(long))
            throw new InvalidDataException($"header length {length} in a file of {file.Length} bytes");

        var data = file[(sizeof(long) + (int)length)..];
        using var header = JsonDocument.Parse(file.Slice(sizeof(long), (int)length), new JsonDocumentOptions { AllowDuplicateProperties = false });
        var entries = header.RootElement.EnumerateObject().Where(e => e.Name != Metadata)
            .Select(e => (e.Name, Entry: e.Value, Offsets: Numbers(e.Value, "data_offsets"))).ToArray();
        if (entries.FirstOrDefault(e => e.Offsets.Length != 2) is { Name: { } bad })
            throw new InvalidDataException($"tensor {bad}: data_offsets must be two numbers");

        var position = 0L;
        var tensors = ImmutableDictionary.CreateBuilder<string, StoredTensor>(StringComparer.Ordinal);
        foreach (var (name, entry, offsets) in entries.OrderBy(e => e.Offsets[0]).ThenBy(e => e.Offsets[1]))
        {
            var (begin, end) = (offsets[0], offsets[1]);
            if (begin != position || end < begin || end > data.Length)
                throw new InvalidDataException($"tensor {name}: offsets {begin}..{end} where {position} was expected, in {data.Length} bytes of values");
            tensors.Add(name, Tensor(name, entry, data[(int)begin..(int)end]));
            position = end;
        }

        return position == data.Length ? tensors.ToImmutable() : throw new InvalidDataException($"{data.Length - position} bytes after the last tensor");
    }

    static StoredTensor Tensor(string name, JsonElement entry, ReadOnlyMemory<byte> values)
    {
        var dtype = entry.GetProperty("dtype").GetString();
        var type = Types.FirstOrDefault(t => t.Name == dtype);
        if (type.Name is null)
            throw new InvalidDataException($"tensor {name}: type {dtype}; expected one of {string.Join(", ", Types.Select(t => t.Name))}");
        var shape = Numbers(entry, "shape");
        if (shape.Any(size => size < 0))
            throw new InvalidDataException($"tensor {name}: a size below 0");
        var bytes = shape.Aggregate((long)type.Size, (product, size) => checked(product * size));
        return bytes == values.Length
            ? new StoredTensor(name, type.Type, shape, values)
            : throw new InvalidDataException($"tensor {name}: shape [{string.Join(", ", shape)}] of {dtype} needs {bytes} bytes, its offsets span {values.Length}");
    }

    static ImmutableArray<long> Numbers(JsonElement entry, string property) =>
        entry.TryGetProperty(property, out var numbers) ? [.. numbers.EnumerateArray().Select(n => n.GetInt64())] : throw new InvalidDataException($"{property} is missing");

    static int SizeOf(ScalarType type) => Types.Single(t => t.Type == type).Size;
}
