using System.IO.Compression;
using System.Reflection;
using System.Runtime.Serialization;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Orchestrator.Sweeps;
using Orchestrator.Sweeps.Domain;
using Orchestrator.Sweeps.Search;

namespace Orchestrator.Cluster.Serialization;

/// <summary>The state of a sweep as the database keeps it beside the journal, so that the events before it need not be read again. It
/// tells nothing that they do not: without it everything is the same, and only takes longer.</summary>
/// <param name="Bytes">The state as JSON, compressed, after the SHA-256 of that.</param>
public sealed partial record SweepSnapshot(SweepState State, byte[] Bytes)
{
    const string Kind = "sweep-state";

    /// <summary>Name of what is kept. A build of the domain that differs in anything, be it a member of the state or the way an event
    /// changes it, has another one, and what it finds of this one is passed over.</summary>
    public static string Manifest { get; } = $"{Kind}.{typeof(SweepState).Module.ModuleVersionId:N}";

    /// <summary>Everything that a state holds, and nothing that follows from it.</summary>
    internal static JsonSerializerOptions Options { get; } =
        new(OrchestratorJson.Compact)
        {
            TypeInfoResolver = StateShapes.Default.WithAddedModifier(HoldWhatIsKept),
            Converters = { new PackedTrials() },
            DefaultBufferSize = 1 << 20,
        };

    public static SweepSnapshot Of(SweepState state)
    {
        using var bytes = new MemoryStream();
        bytes.SetLength(bytes.Position = SHA256.HashSizeInBytes);
        using (var compressed = new BrotliStream(bytes, CompressionLevel.Fastest, leaveOpen: true))
            JsonSerializer.Serialize(compressed, new Kept(state, state.History?.ToMemory()), Options);
        var whole = bytes.ToArray();
        SHA256.HashData(whole.AsSpan(SHA256.HashSizeInBytes), whole);
        return new SweepSnapshot(state, whole);
    }

    /// <exception cref="SerializationException">Another build wrote it, or it is damaged.</exception>
    public static SweepSnapshot Read(byte[] bytes, string manifest)
    {
        if (manifest != Manifest)
            throw new SerializationException($"a snapshot of another version ('{manifest}')");
        const int start = SHA256.HashSizeInBytes;
        if (bytes.Length < start || !SHA256.HashData(bytes.AsSpan(start)).AsSpan().SequenceEqual(bytes.AsSpan(0, start)))
            throw new SerializationException("a damaged snapshot");
        try
        {
            using var plain = new BrotliStream(new MemoryStream(bytes, start, bytes.Length - start), CompressionMode.Decompress);
            var (state, search) =
                JsonSerializer.Deserialize<Kept>(plain, Options) ?? throw new SerializationException("a snapshot of nothing");
            return new SweepSnapshot(state with { History = search is null ? null : SearchHistory.Of(state.Spec, search) }, bytes);
        }
        catch (JsonException error)
        {
            throw new SerializationException($"a snapshot that is none of a state: {error.Message}", error);
        }
    }

    /// <param name="Search">What the state does not write of itself.</param>
    internal sealed record Kept(SweepState State, SearchMemory? Search);

    // What is private to write is part of the state; what cannot be written at all follows from the rest.
    static void HoldWhatIsKept(JsonTypeInfo type)
    {
        if (type.Kind != JsonTypeInfoKind.Object || type.Type.Assembly != typeof(SweepState).Assembly)
            return;
        foreach (var property in type.Properties.ToList())
        {
            if (property.Set is not null || property.AttributeProvider is not PropertyInfo member)
                continue;
            if (member.SetMethod is { } set)
                property.Set = (owner, value) => set.Invoke(owner, [value]);
            else
                type.Properties.Remove(property);
        }
    }

    [JsonSourceGenerationOptions(GenerationMode = JsonSourceGenerationMode.Metadata)]
    [JsonSerializable(typeof(Kept))]
    sealed partial class StateShapes : JsonSerializerContext;
}
