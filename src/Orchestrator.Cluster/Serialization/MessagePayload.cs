using Akka.Serialization;

namespace Orchestrator.Cluster.Serialization;

/// <summary>The bytes of a message: what Akka.NET's Hyperion serializer writes, within limits that it does not have itself.</summary>
public static class MessagePayload
{
    public const int MaxBytes = 1 << 20;

    static readonly PayloadLayouts Layouts = new(Manifests.Messages.Types.Values);

    // Every field carries its own code (version tolerance) and nothing refers to anything before it: a payload is a tree that can be
    // checked in one pass. Of no actor system: messages hold no references to actors, and no system's setup can loosen these settings.
    static readonly HyperionSerializer Hyperion = new(
        system: null,
        new HyperionSerializerSettings(
            preserveObjectReferences: false,
            versionTolerance: true,
            knownTypesProvider: null,
            packageNameOverrides: [],
            surrogates: [],
            disallowUnsafeType: true,
            typeFilter: Layouts
        )
    );

    /// <exception cref="ArgumentException">The message has no manifest.</exception>
    /// <exception cref="RefusedMessageException">Nobody would take the message.</exception>
    public static byte[] Write(object message)
    {
        var manifest = Manifests.Messages.Of(message);
        byte[] payload;
        try
        {
            payload = Hyperion.ToBinary(message);
        }
        catch (Exception error)
        {
            throw new RefusedMessageException(RefusalReason.Damaged, $"'{manifest}' cannot be written: {error.Message}", error);
        }

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
            return Hyperion.FromBinary(payload, type);
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
