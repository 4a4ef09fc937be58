using System.Text;
using Orchestrator.Evaluation.Weights;
using Orchestrator.Training.Files;

namespace Orchestrator.Evaluation.Features.Inception;

/// <summary>Where a data folder keeps the weights that a user brought.</summary>
public static class InceptionWeights
{
    static readonly string[] Names = ["inception.pth", "inception.safetensors", "inception.pt"];

    /// <summary>Ending of a file that holds the SHA-256 of a TorchScript file beside it: somebody here says that this program may
    /// run.</summary>
    const string TrustedEnding = ".trusted";

    const int LargestTrusted = 4096;

    /// <param name="folder">The folder of feature networks and reference statistics.</param>
    /// <returns>Null where there is none.</returns>
    /// <exception cref="WeightsException">There is one, and it cannot be read.</exception>
    public static WeightsFile? In(string folder)
    {
        if (Names.Select(name => Path.Combine(folder, name)).FirstOrDefault(Path.Exists) is not { } path)
            return null;
        var file = WeightsFile.Open(path);
        return TrustedHash(path + TrustedEnding) == file.Sha256 ? file.Trusted() : file;
    }

    static string? TrustedHash(string path)
    {
        try
        {
            // As sha256sum writes it: the hash, and the file's name after it.
            return File.Exists(path)
                ? Encoding.UTF8.GetString(RegularFile.ReadAll(path, LargestTrusted)).Split(' ', '\n')[0].ToLowerInvariant()
                : null;
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            throw new WeightsException($"{path}: {unreadable.Message}", unreadable);
        }
    }
}
