using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace Orchestrator.Training.Tests.Checkpoints;

/// <summary>A safetensors file read as a stranger reads it: by the published layout, with nothing of the product.</summary>
sealed class PlainFile
{
    readonly byte[] values;
    readonly JsonElement header;

    public PlainFile(string path)
    {
        var file = File.ReadAllBytes(path);
        var length = (int)BinaryPrimitives.ReadUInt64LittleEndian(file);
        header = JsonDocument.Parse(file.AsMemory(sizeof(ulong), length)).RootElement;
        values = file[(sizeof(ulong) + length)..];
    }

    public IEnumerable<string> Names => header.EnumerateObject().Select(entry => entry.Name);

    public string Type(string name) => header.GetProperty(name).GetProperty("dtype").GetString()!;

    public int[] Shape(string name) => [.. header.GetProperty(name).GetProperty("shape").EnumerateArray().Select(size => size.GetInt32())];

    public double[] this[string name] => [.. MemoryMarshal.Cast<byte, float>(Bytes(name)).ToArray().Select(value => (double)value)];

    public long[] Whole(string name) => MemoryMarshal.Cast<byte, long>(Bytes(name)).ToArray();

    Span<byte> Bytes(string name)
    {
        var offsets = header.GetProperty(name).GetProperty("data_offsets");
        return values.AsSpan(offsets[0].GetInt32()..offsets[1].GetInt32());
    }
}
