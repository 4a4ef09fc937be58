using System.Buffers.Binary;
using System.Security.Cryptography;
using Orchestrator.Sweeps.Specs;
using Orchestrator.Training.Checkpoints;
using Orchestrator.Training.Files;
using static TorchSharp.torch;

namespace Orchestrator.Evaluation.Weights;

/// <summary>A file of weights that a user brought, told by its content and never by its name.</summary>
public sealed class WeightsFile
{
    /// <summary>The published files have 91 MiB.</summary>
    const long Largest = 512 << 20;

    /// <summary>Tensors may share values, a few of them: names are cheap, and memory is not.</summary>
    const int MostShared = 2;

    readonly bool isTrusted;

    WeightsFile(string path, string sha256, bool isTorchScript, bool isTrusted) =>
        (Path, Sha256, IsTorchScript, this.isTrusted) = (path, sha256, isTorchScript, isTrusted);

    public string Path { get; }

    public string Sha256 { get; }

    /// <summary>A TorchScript archive: code for libtorch's interpreter beside its weights.</summary>
    public bool IsTorchScript { get; }

    /// <exception cref="WeightsException">It cannot be read.</exception>
    public static WeightsFile Open(string path) =>
        Read(
            path,
            file =>
            {
                var isTorchScript = StateDictFile.IsArchive(file) && HoldsCode(file);
                file.Position = 0;
                return new WeightsFile(path, Convert.ToHexStringLower(SHA256.HashData(file)), isTorchScript, isTrusted: false);
            }
        );

    /// <summary>The same file, of which the user says that code in it may run.</summary>
    public WeightsFile Trusted() => new(Path, Sha256, IsTorchScript, isTrusted: true);

    /// <summary>The TorchScript program and its weights, whole, once it is known that it may run.</summary>
    /// <exception cref="WeightsException">It is none of the published files, and nobody said that it may run; or it is not what it was when
    /// it was opened.</exception>
    public byte[] Program()
    {
        if (!isTrusted && !KnownWeights.IsPublished(Sha256))
            throw new WeightsException(
                $"{Path}: a TorchScript file is a program, and this is none of the published ones (SHA-256 {Sha256}). "
                    + "Take a state dict (.pth) or safetensors; or, if you trust who made it: --trust-torchscript of eval distance, "
                    + $"and for evaluations sha256sum {System.IO.Path.GetFileName(Path)} > {System.IO.Path.GetFileName(Path)}.trusted "
                    + "beside it"
            );
        return Read(
            Path,
            file =>
            {
                var content = new byte[file.Length];
                file.Position = 0;
                file.ReadExactly(content);
                return Convert.ToHexStringLower(SHA256.HashData(content)) == Sha256
                    ? content
                    : throw new WeightsException("the file changed while it was read");
            }
        );
    }

    /// <summary>Reads a state dict (<c>.pth</c>) or a safetensors file: names and shapes first, then the values of those that were
    /// chosen.</summary>
    /// <param name="choose">Given the names and shapes, says which tensors are wanted, or refuses; null: all of them.</param>
    /// <returns>Tensors by name; the caller's.</returns>
    /// <exception cref="WeightsException">Neither, or damaged, or it holds anything but tensors.</exception>
    public Dictionary<string, Tensor> Tensors(Func<IReadOnlyDictionary<string, long[]>, IEnumerable<string>>? choose = null) =>
        Read(
            Path,
            file =>
            {
                var listed = IsSafetensors(file) ? SafetensorsList.Of(file) : StateDictFile.List(file);
                var names = choose is null
                    ? [.. listed.ByName.Keys]
                    : choose(listed.ByName.ToDictionary(tensor => tensor.Key, tensor => tensor.Value.Shape.ToArray())).ToArray();
                var bytes = names.Sum(name => listed.ByName[name].Bytes);
                return bytes <= MostShared * file.Length
                    ? listed.Load(names)
                    : throw new WeightsException(
                        $"its tensors would take {ByteSize.Text(bytes)}, and the file has {ByteSize.Text(file.Length)}: they share "
                            + "their values"
                    );
            }
        );

    /// <summary>Whatever is wrong with the file is told with its name.</summary>
    static T Read<T>(string path, Func<FileStream, T> read)
    {
        try
        {
            using var file = RegularFile.Open(path, Largest);
            return read(file);
        }
        catch (WeightsException wrong) when (wrong.Message.StartsWith(path, StringComparison.Ordinal))
        {
            throw;
        }
        catch (EndOfStreamException cut)
        {
            throw new WeightsException($"{path}: the file ends too early", cut);
        }
        catch (Exception wrong) when (wrong is WeightsException or CheckpointException)
        {
            throw new WeightsException($"{path}: {wrong.Message}", wrong);
        }
        catch (InvalidDataException damaged)
        {
            throw new WeightsException($"{path}: the file is damaged: {damaged.Message}", damaged);
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            throw new WeightsException($"{path}: {unreadable.Message}", unreadable);
        }
    }

    static bool IsSafetensors(FileStream file)
    {
        Span<byte> start = stackalloc byte[sizeof(long) + 1];
        file.Position = 0;
        return file.ReadAtLeast(start, start.Length, throwOnEndOfStream: false) == start.Length
            && start[^1] == (byte)'{'
            && BinaryPrimitives.ReadInt64LittleEndian(start) is > 0 and var header
            && header <= file.Length - sizeof(long);
    }

    static bool HoldsCode(FileStream file)
    {
        using var archive = BoundedZip.Open(file);
        return archive.Entries.Any(entry => entry.FullName.Contains("/code/", StringComparison.Ordinal));
    }
}
