using Orchestrator.Sweeps;
using Orchestrator.Sweeps.Specs;
using Orchestrator.Training.Files;
using static TorchSharp.torch;

namespace Orchestrator.Evaluation.Files;

/// <summary>Reads a matrix of features, one row a sample, from <c>.npy</c>, <c>.npz</c> or <c>.csv</c>.</summary>
public static class FeatureFile
{
    /// <summary>The most bytes of a file that is read, and of an array in an archive: half a million samples of Inception.</summary>
    const long Largest = 4L << 30;

    /// <summary>The most features that one sample may have.</summary>
    internal const int MostFeatures = 1 << 20;

    static readonly string[] Endings = [".npy", ".npz", ".csv"];

    public static bool IsOne(string path) => Endings.Contains(Path.GetExtension(path).ToLowerInvariant());

    /// <param name="hasHeader">Whether a CSV begins with names of columns; null: told by what they look like.</param>
    /// <exception cref="FeatureFileException">It cannot be read as such a matrix.</exception>
    public static FeatureTable Read(string path, bool? hasHeader = null)
    {
        try
        {
            using var file = RegularFile.Open(path, Largest);
            return Path.GetExtension(path).ToLowerInvariant() switch
            {
                ".npy" => new FeatureTable(NpyArray.Read(file, file.Length, path), []),
                ".npz" => new FeatureTable(Npz(file, path), []),
                _ => CsvFile.Read(file, path, hasHeader),
            };
        }
        catch (Exception unreadable)
            when (unreadable is IOException or UnauthorizedAccessException or InvalidDataException or NotSupportedException)
        {
            throw new FeatureFileException($"{path}: {unreadable.Message}", unreadable);
        }
    }

    static Tensor Npz(FileStream file, string path)
    {
        using var archive = BoundedZip.Open(file);
        var arrays = archive.Entries.Where(entry => entry.FullName.EndsWith(".npy", StringComparison.Ordinal)).ToArray();
        var chosen = arrays is [var only] ? only : Array.Find(arrays, entry => entry.FullName == "features.npy");
        if (chosen is null)
            throw new FeatureFileException(
                $"{path}: holds {Held([.. arrays.Select(entry => entry.FullName[..^4])])}; expected one array, or one named features"
            );
        if (chosen.Length > Largest)
            throw new FeatureFileException(
                $"{path}: {Printable.Short(chosen.FullName)} has {ByteSize.Text(chosen.Length)}; at most {ByteSize.Text(Largest)} "
                    + "are read"
            );
        using var stream = BoundedZip.Content(chosen, file.Length);
        return NpyArray.Read(stream, chosen.Length, $"{path}, {Printable.Short(chosen.FullName)}");
    }

    static string Held(string[] names) =>
        names.Length == 0
            ? "no array"
            : string.Join(", ", names.Take(10).Select(Printable.Short)) + (names.Length > 10 ? $" and {names.Length - 10} more" : "");
}
