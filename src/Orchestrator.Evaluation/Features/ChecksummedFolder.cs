using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;

namespace Orchestrator.Evaluation.Features;

/// <summary>A small folder of files that is written whole or not at all, and read only as it was written.</summary>
/// <remarks>Checked by a <c>SHA256SUMS</c> that <c>sha256sum -c</c> understands.</remarks>
static class ChecksummedFolder
{
    const string Sums = "SHA256SUMS";

    /// <summary>Replaces what is there. The folder gets its name when it is complete, so a writer that is killed leaves none.</summary>
    public static void Write(string path, IReadOnlyDictionary<string, byte[]> files)
    {
        var draft = path + ".new";
        foreach (var leftover in new[] { draft, path }.Where(Directory.Exists))
            Directory.Delete(leftover, recursive: true);
        Directory.CreateDirectory(draft);
        foreach (var (name, content) in files)
            File.WriteAllBytes(Path.Combine(draft, name), content);
        File.WriteAllText(Path.Combine(draft, Sums), SumsOf(files));
        Directory.Move(draft, path);
    }

    /// <returns>Every file by its name; null where the folder is missing, or not byte for byte as written.</returns>
    public static ImmutableDictionary<string, byte[]>? Read(string path)
    {
        if (!File.Exists(Path.Combine(path, Sums)))
            return null;
        var files = Directory
            .GetFiles(path)
            .Where(file => Path.GetFileName(file) != Sums)
            .ToImmutableDictionary(file => Path.GetFileName(file), File.ReadAllBytes);
        return File.ReadAllBytes(Path.Combine(path, Sums)).SequenceEqual(Encoding.UTF8.GetBytes(SumsOf(files))) ? files : null;
    }

    static string SumsOf(IReadOnlyDictionary<string, byte[]> files) =>
        string.Concat(
            files
                .OrderBy(file => file.Key, StringComparer.Ordinal)
                .Select(file => $"{Convert.ToHexStringLower(SHA256.HashData(file.Value))}  {file.Key}\n")
        );
}
