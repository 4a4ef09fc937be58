using System.Runtime.Serialization;
using System.Text.Json;
using Akka.Actor;
using Akka.Serialization;
using Orchestrator.Sweeps;

namespace Orchestrator.Cluster.Serialization;

/// <summary>JSON with an explicit manifest for events; types that are not in <see cref="Manifests.Events"/> are refused.</summary>
public sealed class JsonManifestSerializer(ExtendedActorSystem system) : SerializerWithStringManifest(system)
{
    static readonly JsonSerializerOptions Dialect = OrchestratorJson.Compact.Knowing(EventShapes.Default);

    public const string Name = "orchestrator-json";

    public override int Identifier => 4210;

    public override string Manifest(object o) => Manifests.Events.Of(o);

    public override byte[] ToBinary(object obj) => JsonSerializer.SerializeToUtf8Bytes(obj, obj.GetType(), Dialect);

    public override object FromBinary(byte[] bytes, string manifest) => Read(bytes, manifest);

    /// <exception cref="SerializationException">The manifest is unknown, or the bytes are not what it promises.</exception>
    public static object Read(ReadOnlySpan<byte> bytes, string manifest)
    {
        if (!Manifests.Events.Types.TryGetValue(manifest, out var type))
            throw new SerializationException($"unknown manifest '{manifest}': written by a newer version, or not ours");
        try
        {
            return JsonSerializer.Deserialize(bytes, type, Dialect) ?? throw new SerializationException($"'{manifest}' holds null");
        }
        catch (JsonException error)
        {
            throw new SerializationException($"'{manifest}' cannot be read: {error.Message}", error);
        }
    }
}
