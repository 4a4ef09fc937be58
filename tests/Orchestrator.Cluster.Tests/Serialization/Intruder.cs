using System.Buffers.Binary;
using System.Text;
using Hyperion;

namespace Orchestrator.Cluster.Tests.Serialization;

/// <summary>A sender without our limits: it writes anything, under any name.</summary>
static class Intruder
{
    static readonly Serializer Hyperion = new(
        new SerializerOptions(
            versionTolerance: true,
            preserveObjectReferences: false,
            surrogates: null,
            serializerFactories: null,
            knownTypes: null,
            ignoreISerializable: true,
            packageNameOverrides: null,
            disallowUnsafeTypes: false,
            typeFilter: DisabledTypeFilter.Instance
        )
    );

    public static byte[] Payload(object value)
    {
        using var stream = new MemoryStream();
        Hyperion.Serialize(value, stream);
        return stream.ToArray();
    }

    /// <summary>The payload with another name where it names a type.</summary>
    public static byte[] Rename(this byte[] payload, Type type, string name)
    {
        var written = Encoding.UTF8.GetBytes(NameOf(type));
        var start = payload.AsSpan().IndexOf(written);
        Assert.True(start >= sizeof(int), $"{type} is not in the payload");
        var length = new byte[sizeof(int)];
        BinaryPrimitives.WriteInt32LittleEndian(length, Encoding.UTF8.GetByteCount(name));
        return [.. payload[..(start - sizeof(int))], .. length, .. Encoding.UTF8.GetBytes(name), .. payload[(start + written.Length)..]];
    }

    public static byte[] Rename(this byte[] payload, Type type, Type other) => payload.Rename(type, NameOf(other));

    static string NameOf(Type type) => TypeFilterBuilder.Create().Include(type).Build().FilteredTypes.Single();
}
