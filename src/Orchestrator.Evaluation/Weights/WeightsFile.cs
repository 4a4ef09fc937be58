using System.Buffers.Binary;
using System.IO.Compression;
using System.Security.Cryptography;
using Orchestrator.Training.Checkpoints;
using static TorchSharp.torch;

namespace Orchestrator.Evaluation.Weights;

/// <summary>A file of weights that a user brought, told by its content and never by its name.</summary>
public sealed class WeightsFile
{
    readonly byte[] content;

    WeightsFile(string path, byte[] content) =>
        (Path, this.content, Sha256) = (path, content, Convert.ToHexStringLower(SHA256.HashData(content)));

    public string Path { get; }

    public string Sha256 { get; }

    /// <summary>A TorchScript archive: code for libtorch's interpreter beside its weights.</summary>
    public bool IsTorchScript => StateDictFile.IsArchive(content) && HoldsCode();

    /// <exception cref="WeightsException">It cannot be read.</exception>
    public static WeightsFile Open(string path)
    {
        try
        {
            return new WeightsFile(path, File.ReadAllBytes(path));
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            throw new WeightsException($"{path}: {unreadable.Message}", unreadable);
        }
    }

    /// <returns>Tensors by name, of a state dict (<c>.pth</c>) or a safetensors file; the caller's.</returns>
    /// <exception cref="WeightsException">Neither, or damaged, or it holds anything but tensors.</exception>
    public Dictionary<string, Tensor> Tensors()
    {
        try
        {
            return IsSafetensors()
                ? Safetensors.Read(content, Path).ToDictionary(entry => entry.Key, entry => entry.Value.ToTensor())
                : StateDictFile.Read(content);
        }
        catch (Exception wrong) when (wrong is WeightsException or CheckpointException)
        {
            throw new WeightsException($"{Path}: {wrong.Message}", wrong);
        }
    }

    bool IsSafetensors() => content.Length > sizeof(long) && content[sizeof(long)] == (byte)'{'
        && BinaryPrimitives.ReadInt64LittleEndian(content) is > 0 and var header && header <= content.Length - sizeof(long);

    bool HoldsCode()
    {
        try
        {
            using var archive = new ZipArchive(new MemoryStream(content), ZipArchiveMode.Read);
            return archive.Entries.Any(entry => entry.FullName.Contains("/code/", StringComparison.Ordinal));
        }
        catch (InvalidDataException damaged)
        {
            throw new WeightsException($"{Path}: the archive is damaged: {damaged.Message}", damaged);
        }
    }
}
