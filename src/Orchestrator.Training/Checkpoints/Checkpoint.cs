using System.Collections.Immutable;
using System.Security.Cryptography;
using Orchestrator.Sweeps.Tasks;
using Orchestrator.Training.Files;

namespace Orchestrator.Training.Checkpoints;

/// <summary>One checkpoint, read whole into memory and verified, so that nothing that happens to its folder afterwards matters.</summary>
/// <param name="Folder">Absolute, or its address where it came from a storage.</param>
/// <param name="Model">The averaged weights and the buffers: the flow that is evaluated and used.</param>
/// <param name="Optimizer">What training needs besides to go on.</param>
public sealed record Checkpoint(
    string Folder,
    CheckpointManifest Manifest,
    ImmutableDictionary<string, StoredTensor> Model,
    ImmutableDictionary<string, StoredTensor> Optimizer
)
{
    public const string ModelFile = "model.safetensors";
    public const string OptimizerFile = "optimizer.safetensors";
    public const string ManifestName = "manifest.json";

    /// <summary>Bytes of all checkpoints of its trial; 0 where nobody counted.</summary>
    public long Stored { get; init; }

    public CheckpointInfo Info =>
        new(
            Folder,
            Manifest.Files[ModelFile].Sha256,
            Manifest.Epoch,
            Manifest.Step,
            Manifest.Final,
            Manifest.Files.Values.Sum(f => f.Bytes)
        )
        {
            Stored = Stored,
        };

    /// <param name="dataset">SHA-256 of a data set; null stands for any.</param>
    internal bool IsOf(string? dataset) => dataset is null || Manifest.DatasetSha256 == dataset;

    /// <summary>Why the checkpoint is passed over where the data set is another one.</summary>
    internal string OtherData =>
        $"checkpoint passed over: {Folder} is of data that this sweep is not about (SHA-256 {Manifest.DatasetSha256})";

    /// <exception cref="CheckpointException">A file is missing or is not, byte for byte, what was written.</exception>
    public static Checkpoint Read(string folder)
    {
        folder = Path.GetFullPath(folder);
        var manifestPath = Path.Combine(folder, ManifestName);
        var manifest = ManifestFile.Read(ReadFile(manifestPath, ManifestFile.Largest), manifestPath);
        return new Checkpoint(folder, manifest, ReadTensors(folder, ModelFile, manifest), ReadTensors(folder, OptimizerFile, manifest));
    }

    internal static FileDigest DigestOf(ReadOnlySpan<byte> file) => new(file.Length, Convert.ToHexStringLower(SHA256.HashData(file)));

    static ImmutableDictionary<string, StoredTensor> ReadTensors(string folder, string name, CheckpointManifest manifest)
    {
        var path = Path.Combine(folder, name);
        if (!manifest.Files.TryGetValue(name, out var expected))
            throw new CheckpointException($"{Path.Combine(folder, ManifestName)}: names no file {name}");
        var file = ReadFile(path, Array.MaxLength, expected.Bytes);
        if (DigestOf(file) != expected)
            throw new CheckpointException($"{path}: its content does not match the manifest's SHA-256");
        return Safetensors.Read(file, path);
    }

    /// <param name="expected">Bytes that it has to have; no others are read.</param>
    static byte[] ReadFile(string path, long most, long? expected = null)
    {
        try
        {
            using var file = RegularFile.Open(path, most);
            if (file.Length != (expected ?? file.Length))
                throw new CheckpointException($"{path}: {file.Length} bytes, expected {expected}");
            var content = new byte[file.Length];
            file.ReadExactly(content);
            return content;
        }
        catch (Exception e) when (e is IOException or InvalidDataException or UnauthorizedAccessException)
        {
            throw new CheckpointException($"{path}: {e.Message}", e);
        }
    }
}
