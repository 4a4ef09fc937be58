using Orchestrator.Sweeps.Tasks;

namespace Orchestrator.Training.Checkpoints;

/// <summary>What sweeps have in a storage, seen from outside of them.</summary>
public static class StoredFiles
{
    /// <param name="storage">A <see cref="StorageAddress"/>.</param>
    /// <param name="below">What the keys begin with, after the storage's own prefix.</param>
    /// <param name="goes">Asked of each key, from there on.</param>
    /// <exception cref="FormatException">The address is wrong.</exception>
    /// <exception cref="StorageException">There are no credentials, or the storage cannot be reached.</exception>
    public static async Task DeleteAsync(string storage, string below, Func<string, bool> goes, TimeProvider time)
    {
        var bucket = new S3Bucket(StorageAddress.Parse(storage), time);
        var prefix = (bucket.Address.Prefix.Length == 0 ? "" : bucket.Address.Prefix + "/") + below;
        var found = await bucket.List(prefix).ConfigureAwait(false);
        // Without its manifest it is no checkpoint any more, whatever else of it is there.
        foreach (
            var (key, _) in found
                .Where(one => goes(one.Key[prefix.Length..]))
                .OrderByDescending(one => one.Key.EndsWith("/" + Checkpoint.ManifestName, StringComparison.Ordinal))
        )
            await bucket.Delete(key).ConfigureAwait(false);
    }
}
