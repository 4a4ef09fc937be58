using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Orchestrator.Sweeps;

namespace Orchestrator.Training.Checkpoints;

/// <summary>The manifest as a JSON file that carries its own checksum: SHA-256 of the file with 64 zeros in the checksum's place.</summary>
static partial class ManifestFile
{
    /// <summary>The most bytes of a manifest: hundreds of thousands of epochs' reports.</summary>
    public const int Largest = 64 << 20;

    static readonly JsonSerializerOptions Dialect = OrchestratorJson.Indented.Knowing(ManifestShapes.Default);

    const string Prefix = "{\n  \"checksum\": \"";
    static readonly string Zeros = new('0', SHA256.HashSizeInBytes * 2);

    public static byte[] Write(CheckpointManifest manifest)
    {
        var json = JsonSerializer.Serialize(manifest, Dialect).ReplaceLineEndings("\n");
        var file = Encoding.UTF8.GetBytes($"{Prefix}{Zeros}\",{json[1..]}\n");
        Encoding.UTF8.GetBytes(Convert.ToHexStringLower(SHA256.HashData(file)), file.AsSpan(Prefix.Length));
        return file;
    }

    public static CheckpointManifest Read(byte[] file, string what)
    {
        var checksum = Prefix.Length..(Prefix.Length + Zeros.Length);
        if (file.Length < checksum.End.Value || !file.AsSpan(..Prefix.Length).SequenceEqual(Encoding.UTF8.GetBytes(Prefix)))
            throw new CheckpointException($"{what}: does not begin as a checkpoint's manifest");
        var unsigned = (byte[])file.Clone();
        Encoding.UTF8.GetBytes(Zeros, unsigned.AsSpan(checksum));
        if (Encoding.UTF8.GetString(file.AsSpan(checksum)) != Convert.ToHexStringLower(SHA256.HashData(unsigned)))
            throw new CheckpointException($"{what}: its content does not match its own checksum");

        try
        {
            var manifest = JsonSerializer.Deserialize<CheckpointManifest>(file, Dialect);
            if (manifest is not { Format: CheckpointManifest.CurrentFormat })
                throw new CheckpointException(
                    $"{what}: format {manifest?.Format}; this program reads format {CheckpointManifest.CurrentFormat}"
                );
            return ManifestCheck.Fault(manifest) is { } fault ? throw new CheckpointException($"{what}: {fault}") : manifest;
        }
        catch (Exception e) when (e is JsonException or NotSupportedException or InvalidOperationException)
        {
            throw new CheckpointException($"{what}: {e.Message}", e);
        }
    }

    [JsonSourceGenerationOptions(GenerationMode = JsonSourceGenerationMode.Metadata)]
    [JsonSerializable(typeof(CheckpointManifest))]
    sealed partial class ManifestShapes : JsonSerializerContext;
}
