using System.Collections.Immutable;
using Orchestrator.Sweeps.Specs;

namespace Orchestrator.Training.Checkpoints;

/// <summary>Checkpoints in a bucket; the attempt's own folder is their cache. Only what is in the bucket counts: another machine sees
/// nothing else.</summary>
/// <param name="attempt">The attempt's own folder.</param>
/// <param name="earlier">Folders of earlier attempts, on whichever machine; their names are those in the bucket.</param>
sealed class S3CheckpointStore(S3Trial remote, string attempt, ImmutableArray<string> earlier, RetentionSpec retention) : ICheckpointStore
{
    readonly FolderCheckpointStore cache = new(attempt, earlier, retention);
    readonly ImmutableArray<string> attempts = [.. earlier.Prepend(attempt).Select(folder => Path.GetFileName(folder)!)];

    string Own => $"{attempts[0]}/checkpoints/";

    /// <exception cref="StorageException">The bucket could not be written; the checkpoint is in the attempt's folder only.</exception>
    public Checkpoint Write(CheckpointManifest manifest, IEnumerable<StoredTensor> model, IEnumerable<StoredTensor> optimizer)
    {
        var written = cache.Write(manifest, model, optimizer);
        var name = Own + Path.GetFileName(written.Folder);
        // This thread is the process's own work and waits; requests go on on others.
        var stored = Upload(written, name).GetAwaiter().GetResult();
        return written with { Folder = remote.AddressOf(name), Stored = stored };
    }

    /// <summary>The newest whole checkpoint; damaged ones are passed over and left in the bucket.</summary>
    public Checkpoint? FindNewest(Action<string> warn, string? dataset = null) => FindNewestAsync(warn, dataset).GetAwaiter().GetResult();

    /// <returns>Bytes of the trial's checkpoints that are in the bucket then.</returns>
    async Task<long> Upload(Checkpoint written, string name)
    {
        string[] files = [Checkpoint.ModelFile, Checkpoint.OptimizerFile];
        foreach (var file in files)
            await remote.Put($"{name}/{file}", Path.Combine(written.Folder, file)).ConfigureAwait(false);
        var all = await remote.List("attempt-").ConfigureAwait(false);
        var there = all.Where(file => file.Name.StartsWith(Own, StringComparison.Ordinal)).ToList();
        foreach (var file in files)
            if (!there.Contains(($"{name}/{file}", written.Manifest.Files[file].Bytes)))
                throw new StorageException(
                    $"{remote.AddressOf(name)}/{file}: was written, and is not listed with its {written.Manifest.Files[file].Bytes} bytes"
                );

        // The manifest makes it a checkpoint, so it comes last, as it goes first.
        await remote.Put($"{name}/{Checkpoint.ManifestName}", Path.Combine(written.Folder, Checkpoint.ManifestName)).ConfigureAwait(false);
        var kept = Directory
            .EnumerateDirectories(Path.GetDirectoryName(written.Folder)!)
            .Select(folder => Own + Path.GetFileName(folder))
            .ToHashSet();
        var old = there.Where(file => !kept.Contains(file.Name[..file.Name.LastIndexOf('/')])).ToList();
        foreach (var (file, _) in old.OrderByDescending(file => IsManifest(file.Name)))
            await remote.Delete(file).ConfigureAwait(false);
        return Sum(all.Except(old));
    }

    static long Sum(IEnumerable<(string Name, long Size)> files) => files.Where(file => !IsManifest(file.Name)).Sum(file => file.Size);

    static bool IsManifest(string file) => file.EndsWith(Checkpoint.ManifestName, StringComparison.Ordinal);

    async Task<Checkpoint?> FindNewestAsync(Action<string> warn, string? dataset)
    {
        var unreadable = new HashSet<string>();
        while (await Newest(unreadable).ConfigureAwait(false) is { } name)
        {
            try
            {
                // Null where an orphan of an earlier attempt has just pruned it: look again.
                if (await remote.Read(name).ConfigureAwait(false) is not { } found)
                    continue;
                if (found.IsOf(dataset))
                    return found with { Stored = Sum(await remote.List("attempt-").ConfigureAwait(false)) };
                unreadable.Add(name);
                warn(found.OtherData);
            }
            catch (CheckpointException damage)
            {
                unreadable.Add(name);
                warn($"damaged checkpoint passed over: {damage.Message}; the one before it is used");
            }
        }

        return null;
    }

    /// <summary>The name of the newest readable checkpoint, at equal steps the later attempt's.</summary>
    async Task<string?> Newest(HashSet<string> unreadable) =>
        (
            from found in await remote.Checkpoints().ConfigureAwait(false)
            where attempts.Contains(found.Attempt) && !unreadable.Contains(found.Name)
            orderby found.Step descending, attempts.IndexOf(found.Attempt)
            select found.Name
        ).FirstOrDefault();
}
