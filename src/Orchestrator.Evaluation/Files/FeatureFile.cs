using System.Globalization;
using System.IO.Compression;
using static TorchSharp.torch;

namespace Orchestrator.Evaluation.Files;

/// <summary>Reads a matrix of features, one row a sample, from <c>.npy</c>, <c>.npz</c> or <c>.csv</c>.</summary>
public static class FeatureFile
{
    static readonly string[] Endings = [".npy", ".npz", ".csv"];

    public static bool IsOne(string path) => Endings.Contains(Path.GetExtension(path).ToLowerInvariant());

    /// <returns>float32 or float64 [n, d]; the caller's.</returns>
    /// <exception cref="FeatureFileException">It cannot be read as such a matrix.</exception>
    public static Tensor Read(string path)
    {
        try
        {
            return Path.GetExtension(path).ToLowerInvariant() switch
            {
                ".npy" => Npy(path),
                ".npz" => Npz(path),
                _ => Csv(path),
            };
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            throw new FeatureFileException($"{path}: {unreadable.Message}", unreadable);
        }
    }

    static Tensor Npy(string path)
    {
        using var stream = File.OpenRead(path);
        return NpyArray.Read(stream, stream.Length, path);
    }

    static Tensor Npz(string path)
    {
        using var archive = ZipFile.OpenRead(path);
        var arrays = archive.Entries.Where(entry => entry.FullName.EndsWith(".npy", StringComparison.Ordinal)).ToArray();
        var chosen = arrays is [var only] ? only : arrays.SingleOrDefault(entry => entry.FullName == "features.npy");
        if (chosen is null)
            throw new FeatureFileException($"{path}: holds {(arrays.Length == 0 ? "no array" : string.Join(", ", arrays.Select(entry => entry.FullName[..^4])))}; expected one array, or one named features");
        using var stream = chosen.Open();
        return NpyArray.Read(stream, chosen.Length, $"{path}, {chosen.FullName}");
    }

    static Tensor Csv(string path)
    {
        var values = new List<double>();
        var (number, columns) = (0, 0);
        foreach (var line in File.ReadLines(path))
        {
            number++;
            if (string.IsNullOrWhiteSpace(line))
                continue;
            var cells = line.Split(',');
            // Names of columns, if there are any.
            if (number == 1 && Array.TrueForAll(cells, cell => Number(cell) is null))
                continue;
            columns = columns == 0 ? cells.Length : columns;
            if (cells.Length != columns)
                throw new FeatureFileException($"{path}, line {number}: {cells.Length} values where the lines before have {columns}");
            foreach (var cell in cells)
                values.Add(Number(cell) ?? throw new FeatureFileException($"{path}, line {number}: '{cell.Trim()}' is no number"));
        }

        return columns > 0 ? tensor(values.ToArray(), [values.Count / columns, columns]) : throw new FeatureFileException($"{path}: holds no numbers");
    }

    static double? Number(string cell) => cell.Trim().ToLowerInvariant() switch
    {
        "inf" or "+inf" => double.PositiveInfinity,
        "-inf" => double.NegativeInfinity,
        var text => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) ? value : null,
    };
}
