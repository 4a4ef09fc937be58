using Orchestrator.Sweeps;

namespace Orchestrator.Cluster.Journal;

/// <summary>What is where a data folder's journal should be, before SQLite is asked.</summary>
static class JournalFile
{
    public enum Found
    {
        Nothing,

        /// <summary>A file without a single byte.</summary>
        Empty,
        Journal,
    }

    const int MostNames = 5;

    static ReadOnlySpan<byte> Heading => "SQLite format 3\0"u8;

    /// <summary>The file itself, where the name is a link.</summary>
    public static FileInfo Of(DataFolder folder)
    {
        var file = new FileInfo(folder.Journal);
        return file.LinkTarget is null ? file : file.ResolveLinkTarget(returnFinalTarget: true) as FileInfo ?? file;
    }

    /// <exception cref="JournalException">Something that is no journal is there.</exception>
    public static Found Look(DataFolder folder)
    {
        if (Directory.Exists(folder.Journal))
            throw new JournalException($"{folder.Journal} is a folder, and should be the journal; {Remedy}");
        // Neither has a pipe a length: to open one is to wait for whoever writes to it.
        if (Of(folder) is { Exists: true, Length: 0 })
            return Found.Empty;
        try
        {
            using var file = new FileStream(folder.Journal, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            var first = new byte[Heading.Length];
            var read = file.ReadAtLeast(first, first.Length, throwOnEndOfStream: false);
            if (read == 0)
                return Found.Empty;
            return first.AsSpan().SequenceEqual(Heading)
                ? Found.Journal
                : throw new JournalException($"{folder.Journal} is no SQLite file, or is damaged; {Remedy}");
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            return Found.Nothing;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new JournalException($"{folder.Journal} cannot be read: {error.Message}", error);
        }
    }

    const string Remedy = "put the journal back from a backup, or give another --data-dir";

    /// <summary>A new journal would know nothing of sweeps that have trained here: their folders hold more than the sweep file, which is
    /// written before the journal is.</summary>
    /// <param name="what">What is the matter with the journal.</param>
    /// <param name="but">A sweep that does not count.</param>
    /// <exception cref="JournalException">There are such sweeps.</exception>
    public static void RefuseBesideSweeps(DataFolder folder, string what, string? but = null)
    {
        if (!Directory.Exists(folder.Sweeps))
            return;
        var trained = Directory
            .EnumerateDirectories(folder.Sweeps)
            .Where(sweep => Directory.Exists(Path.Combine(sweep, "trials")))
            .Select(sweep => Path.GetFileName(sweep))
            .Where(sweep => sweep != but)
            .Order(StringComparer.Ordinal)
            .ToList();
        if (trained.Count == 0)
            return;
        var names = string.Join(", ", trained.Take(MostNames)) + (trained.Count > MostNames ? ", …" : "");
        throw new JournalException(
            $"{folder.Journal} {what}, and {folder.Sweeps} holds what {trained.Count} of its sweeps trained ({names}): "
                + $"put the journal back from a backup, or move {folder.Sweeps} away to begin anew"
        );
    }
}
