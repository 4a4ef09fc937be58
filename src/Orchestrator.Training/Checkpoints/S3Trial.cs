using System.Globalization;
using System.Text.RegularExpressions;
using Orchestrator.Training.Files;

namespace Orchestrator.Training.Checkpoints;

/// <summary>One trial in a bucket, under the names that it has in a data folder, and the copies of its checkpoints on this
/// machine.</summary>
/// <param name="own">Folder of the attempt or evaluation that asks, inside the trial's folder.</param>
sealed partial class S3Trial(S3Bucket bucket, string sweep, string trial, string own)
{
    readonly string root = (bucket.Address.Prefix.Length == 0 ? "" : bucket.Address.Prefix + "/") + $"sweeps/{sweep}/trials/{trial}/";
    readonly string local = Path.GetDirectoryName(Path.GetFullPath(own))!;

    /// <param name="name">Such as attempt-2/checkpoints/0000000020.</param>
    public string AddressOf(string name) => bucket.Address.Of(root + name);

    /// <returns>The name of the checkpoint at <paramref name="address"/>; null where it is none of this trial.</returns>
    public string? NameAt(string address) =>
        address.StartsWith(AddressOf(""), StringComparison.Ordinal) && CheckpointName().IsMatch(address[AddressOf("").Length..])
            ? address[AddressOf("").Length..]
            : null;

    public async Task Put(string name, string path) => await bucket.Put(root + name, path).ConfigureAwait(false);

    public async Task Delete(string name) => await bucket.Delete(root + name).ConfigureAwait(false);

    public async Task<IReadOnlyList<(string Name, long Size)>> List(string prefix) =>
        [.. (await bucket.List(root + prefix).ConfigureAwait(false)).Select(found => (found.Key[root.Length..], found.Size))];

    /// <returns>The checkpoints whose manifest is there: without it there are only some files.</returns>
    public async Task<IReadOnlyList<(string Name, string Attempt, long Step)>> Checkpoints() =>
        [
            .. from found in await List("attempt-").ConfigureAwait(false)
            where found.Name.EndsWith("/" + Checkpoint.ManifestName, StringComparison.Ordinal)
            let name = found.Name[..^(Checkpoint.ManifestName.Length + 1)]
            let parts = CheckpointName().Match(name)
            where parts.Success
            select (name, parts.Groups["attempt"].Value, long.Parse(parts.Groups["step"].Value, CultureInfo.InvariantCulture)),
        ];

    /// <summary>Reads a checkpoint from this machine where a copy is whole, else from the bucket.</summary>
    /// <returns>Null where it is gone.</returns>
    /// <exception cref="CheckpointException">It is damaged.</exception>
    public async Task<Checkpoint?> Read(string name)
    {
        if (await bucket.Get($"{root}{name}/{Checkpoint.ManifestName}").ConfigureAwait(false) is not { } manifest)
            return null;
        var fetched = Path.Combine(local, "fetched", name.Replace('/', '.'));
        var checkpoint =
            Copy(Path.Combine(local, name), manifest)
            ?? Copy(fetched, manifest)
            ?? await Fetch(name, manifest, fetched).ConfigureAwait(false);
        return checkpoint with { Folder = AddressOf(name) };
    }

    static Checkpoint? Copy(string folder, byte[] manifest)
    {
        try
        {
            return RegularFile.ReadAll(Path.Combine(folder, Checkpoint.ManifestName), ManifestFile.Largest).AsSpan().SequenceEqual(manifest)
                ? Checkpoint.Read(folder)
                : null;
        }
        catch (Exception e) when (e is IOException or InvalidDataException or UnauthorizedAccessException or CheckpointException)
        {
            // No copy, a damaged one, or one that its owner just removed: the bucket has it.
            return null;
        }
    }

    async Task<Checkpoint> Fetch(string name, byte[] manifest, string fetched)
    {
        var files = ManifestFile.Read(manifest, $"{AddressOf(name)}/{Checkpoint.ManifestName}").Files;
        var temporary = Path.Combine(own, "fetching");
        Remove(temporary);
        Directory.CreateDirectory(temporary);
        try
        {
            foreach (var file in new[] { Checkpoint.ModelFile, Checkpoint.OptimizerFile }.Where(files.ContainsKey))
                await bucket.Get($"{root}{name}/{file}", files[file].Bytes, Path.Combine(temporary, file)).ConfigureAwait(false);
            await File.WriteAllBytesAsync(Path.Combine(temporary, Checkpoint.ManifestName), manifest).ConfigureAwait(false);
            var checkpoint = Checkpoint.Read(temporary);
            Keep(temporary, fetched);
            return checkpoint;
        }
        catch (CheckpointException damage)
        {
            throw new CheckpointException(damage.Message.Replace(Path.GetFullPath(temporary), AddressOf(name), StringComparison.Ordinal));
        }
        finally
        {
            Remove(temporary);
        }
    }

    /// <summary>One fetched copy for each trial: the next attempt or evaluation here most likely asks for the same.</summary>
    static void Keep(string temporary, string fetched)
    {
        try
        {
            Remove(Path.GetDirectoryName(fetched)!);
            Directory.CreateDirectory(Path.GetDirectoryName(fetched)!);
            Directory.Move(temporary, fetched);
        }
        catch (IOException)
        {
            // Another process of this trial keeps its copy at this moment, and one is enough.
        }
    }

    static void Remove(string folder)
    {
        if (Directory.Exists(folder))
            Directory.Delete(folder, recursive: true);
    }

    [GeneratedRegex(@"^(?<attempt>attempt-[^/]+)/checkpoints/(?<step>[0-9]{10})$")]
    private static partial Regex CheckpointName();
}
