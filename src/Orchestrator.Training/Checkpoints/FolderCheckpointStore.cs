using System.Collections.Immutable;
using System.Globalization;
using Orchestrator.Sweeps.Specs;
using Orchestrator.Training.Files;

namespace Orchestrator.Training.Checkpoints;

/// <summary>Checkpoints in folders beside the attempt's other files.</summary>
/// <param name="attempt">The attempt's own folder.</param>
/// <param name="earlier">Folders of earlier attempts, newest first.</param>
public sealed class FolderCheckpointStore(string attempt, ImmutableArray<string> earlier, RetentionSpec retention) : ICheckpointStore
{
    const string Folder = "checkpoints";
    const string NameFormat = "D10";
    const string Unfinished = ".writing";
    const string Damaged = ".damaged";

    /// <summary>How many checkpoints are kept: the newest, and one before it in case the newest is damaged.</summary>
    const int AlwaysKept = 2;

    readonly string own = Path.GetFullPath(Path.Combine(attempt, Folder));

    /// <summary>Manifests of what an attempt left, newest first; damaged ones are left out.</summary>
    /// <param name="attempt">Its folder.</param>
    public static IEnumerable<CheckpointManifest> ManifestsOf(string attempt) =>
        Steps(Path.Combine(attempt, Folder)).OrderByDescending(c => c.Step).Select(c => ManifestOf(c.Path)).OfType<CheckpointManifest>();

    /// <summary>Writes durably and reads back verified.</summary>
    public Checkpoint Write(CheckpointManifest manifest, IEnumerable<StoredTensor> model, IEnumerable<StoredTensor> optimizer)
    {
        Directory.CreateDirectory(own);
        var files = new Dictionary<string, byte[]>
        {
            [Checkpoint.ModelFile] = Safetensors.Write(model),
            [Checkpoint.OptimizerFile] = Safetensors.Write(optimizer),
        };
        manifest = manifest with { Files = files.ToImmutableSortedDictionary(f => f.Key, f => Checkpoint.DigestOf(f.Value)) };
        files[Checkpoint.ManifestName] = ManifestFile.Write(manifest);

        var folder = Path.Combine(own, manifest.Step.ToString(NameFormat, CultureInfo.InvariantCulture));
        var temporary = folder + Unfinished;
        Remove(temporary);
        Directory.CreateDirectory(temporary);
        foreach (var (name, content) in files)
            DurableFiles.Write(Path.Combine(temporary, name), content);
        DurableFiles.FlushFolder(temporary);

        // The same step twice: an epoch's end after a leave at its last step.
        Remove(folder);
        Directory.Move(temporary, folder);
        DurableFiles.FlushFolder(own);
        var written = Checkpoint.Read(folder);
        Prune();
        return written with { Stored = Stored() };
    }

    /// <summary>The newest whole checkpoint; damaged ones are set aside.</summary>
    public Checkpoint? FindNewest(Action<string> warn, string? dataset = null)
    {
        var unreadable = new HashSet<string>();
        while (Candidates().FirstOrDefault(c => !unreadable.Contains(c)) is { } candidate)
        {
            try
            {
                var found = Checkpoint.Read(candidate);
                if (found.IsOf(dataset))
                    return found with { Stored = Stored() };
                unreadable.Add(candidate);
                warn(found.OtherData);
            }
            catch (CheckpointException) when (!Directory.Exists(candidate))
            {
                // An orphan of an earlier attempt may still be pruning its own folder: look again.
            }
            catch (CheckpointException damage)
            {
                unreadable.Add(candidate);
                warn($"damaged checkpoint set aside: {damage.Message}{SetAside(candidate)}; the one before it is used");
            }
        }

        return null;
    }

    /// <summary>The checkpoints' folders, newest first; at equal steps the later attempt's first.</summary>
    IEnumerable<string> Candidates() =>
        earlier
            .Select(e => Path.GetFullPath(Path.Combine(e, Folder)))
            .Prepend(own)
            .SelectMany(Steps)
            .OrderByDescending(c => c.Step)
            .Select(c => c.Path);

    static IEnumerable<(long Step, string Path)> Steps(string folder) =>
        from path in Directory.Exists(folder) ? Directory.EnumerateDirectories(folder) : []
        let name = Path.GetFileName(path)
        where name.Length == 10 && name.All(char.IsAsciiDigit)
        select (long.Parse(name, CultureInfo.InvariantCulture), path);

    /// <returns>Where it was moved to, as part of a message.</returns>
    static string SetAside(string folder)
    {
        try
        {
            Remove(folder + Damaged);
            Directory.Move(folder, folder + Damaged);
            return $" (now {Path.GetFileName(folder)}{Damaged})";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return " (left where it is)";
        }
    }

    /// <summary>Bytes of what is there of this and all earlier attempts.</summary>
    long Stored() =>
        Candidates()
            .SelectMany(checkpoint =>
                new[] { Checkpoint.ModelFile, Checkpoint.OptimizerFile }.Select(name => Path.Combine(checkpoint, name))
            )
            .Select(file => new FileInfo(file))
            .Sum(file => file.Exists ? file.Length : 0);

    void Prune()
    {
        var newestFirst = Steps(own).OrderByDescending(c => c.Step).Select(c => (c.Path, Manifest: ManifestOf(c.Path))).ToArray();
        var kept = newestFirst
            .Where(c => c.Manifest is { Final: true })
            .Concat(newestFirst.Take(AlwaysKept))
            .Concat(
                newestFirst
                    .Where(c => c.Manifest?.ValidationBitsPerDim is not null)
                    .OrderBy(c => c.Manifest!.ValidationBitsPerDim)
                    .Take(retention.KeepBest)
            )
            .Concat(newestFirst.Take(retention.KeepLast))
            .Select(c => c.Path)
            .ToHashSet();
        foreach (var (path, _) in newestFirst.Where(c => !kept.Contains(c.Path)))
            Remove(path);
    }

    static CheckpointManifest? ManifestOf(string folder)
    {
        try
        {
            var path = Path.Combine(folder, Checkpoint.ManifestName);
            return ManifestFile.Read(RegularFile.ReadAll(path, ManifestFile.Largest), path);
        }
        catch (Exception e) when (e is CheckpointException or IOException or InvalidDataException)
        {
            return null;
        }
    }

    static void Remove(string folder)
    {
        if (Directory.Exists(folder))
            Directory.Delete(folder, recursive: true);
    }
}
