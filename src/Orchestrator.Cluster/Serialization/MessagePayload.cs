using Hyperion;

namespace Orchestrator.Cluster.Serialization;

/// <summary>The bytes of a message: what Hyperion writes, within limits that it does not have itself.</summary>
public static class MessagePayload
{
    public const int MaxBytes = 1 << 20;

    static readonly PayloadLayouts Layouts = new(Manifests.Messages.Types.Values);

    // Every field carries its own code (version tolerance) and nothing refers to anything before it: a payload is a tree that can be
    // checked in one pass.
    static readonly Serializer Hyperion = new(
        new SerializerOptions(
            versionTolerance: true,
            preserveObjectReferences: false,
            surrogates: null,
            serializerFactories: null,
            knownTypes: null,
            ignoreISerializable: true,
            packageNameOverrides: null,
            disallowUnsafeTypes: true,
            typeFilter: Layouts
        )
    );

    /// <exception cref="ArgumentException">The message has no manifest.</exception>
    /// <exception cref="RefusedMessageException">Nobody would take the message.</exception>
    public static byte[] Write(object message)
    {
        var manifest = Manifests.Messages.Of(message);
        using var stream = new MemoryStream();
        try
        {
            Hyperion.Serialize(message, stream);
        }
        catch (Exception error)
        {
            throw new RefusedMessageException(RefusalReason.Damaged, $"'{manifest}' cannot be written: {error.Message}", error);
        }

        var payload = stream.ToArray();
        Check(payload, manifest, message.GetType());
        return payload;
    }

    /// <exception cref="RefusedMessageException">The manifest is unknown, or the bytes are not what it promises.</exception>
    public static object Read(byte[] payload, string manifest)
    {
        if (!Manifests.Messages.Types.TryGetValue(manifest, out var type))
            throw new RefusedMessageException(
                RefusalReason.UnknownManifest,
                $"unknown manifest '{manifest}': sent by another version, or not ours"
            );
        Check(payload, manifest, type);
        try
        {
            return Hyperion.Deserialize(new MemoryStream(payload, writable: false));
        }
        catch (Exception error)
        {
            throw new RefusedMessageException(RefusalReason.Damaged, $"'{manifest}' cannot be read: {error.Message}", error);
        }
    }

    static void Check(byte[] payload, string manifest, Type type)
    {
        if (payload.Length > MaxBytes)
            throw new RefusedMessageException(
                RefusalReason.TooLarge,
                $"'{manifest}' has {payload.Length} bytes; at most {MaxBytes} are taken"
            );
        new PayloadCheck(payload, manifest, Layouts).Message(type);
    }
}
