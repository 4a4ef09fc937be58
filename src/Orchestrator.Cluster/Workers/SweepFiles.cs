using System.Globalization;
using System.Text.RegularExpressions;
using Orchestrator.Cluster.Protocol;
using Orchestrator.Sweeps;

namespace Orchestrator.Cluster.Workers;

/// <summary>Deletes objects of a storage.</summary>
/// <param name="storage">Its address.</param>
/// <param name="below">What the keys begin with, after the storage's own prefix.</param>
/// <param name="goes">Asked of each key, from there on.</param>
public delegate Task DeleteStored(string storage, string below, Func<string, bool> goes);

/// <summary>What a node keeps of sweeps, and deletes when it is asked to. What is not there is deleted already.</summary>
/// <param name="storage">Where checkpoints are kept besides; null for the data folder alone.</param>
sealed partial class SweepFiles(DataFolder folder, string? storage, DeleteStored? deleteStored)
{
    public Task DeleteAsync(FileProtocol.IDelete what) =>
        // A name that leads out of the folder of sweeps is none of a sweep.
        !SweepName().IsMatch(what.Sweep) ? throw new ArgumentException($"'{Printable.Short(what.Sweep)}' is no name of a sweep")
        : what is FileProtocol.DeleteCheckpoints checkpoints ? DeleteCheckpointsAsync(checkpoints)
        : DeleteSweepAsync(what.Sweep);

    async Task DeleteSweepAsync(string sweep)
    {
        Remove(folder.Sweep(sweep));
        if (storage is not null && deleteStored is not null)
            await deleteStored(storage, $"sweeps/{sweep}/", _ => true);
    }

    async Task DeleteCheckpointsAsync(FileProtocol.DeleteCheckpoints what)
    {
        var kept = what.Kept is { } path ? StepOf(path[(path.LastIndexOf('/') + 1)..]) : null;
        for (var attempt = 1; attempt <= what.Attempts; attempt++)
        {
            var checkpoints = Path.Combine(folder.Attempt(what.Sweep, what.Trial, attempt), "checkpoints");
            foreach (var checkpoint in Directory.Exists(checkpoints) ? Directory.EnumerateDirectories(checkpoints).ToList() : [])
                if (Goes(Path.GetFileName(checkpoint)))
                    Remove(checkpoint);
        }

        // The copy of what came from the storage.
        if (what.Kept is null)
            Remove(Path.Combine(folder.Trial(what.Sweep, what.Trial), "fetched"));
        if (storage is not null && deleteStored is not null)
            await deleteStored(storage, $"sweeps/{what.Sweep}/trials/{TrialId.Of(what.Trial)}/attempt-", IsStoredAndGoes);

        // What is newer than what the coordinator knows was written by an attempt that could not say so any more.
        bool Goes(string name) => StepOf(name) is { } step && !(step >= kept);

        bool IsStoredAndGoes(string key) =>
            Stored().Match(key) is { Success: true } found
            && int.Parse(found.Groups["attempt"].Value, CultureInfo.InvariantCulture) <= what.Attempts
            && Goes(found.Groups["name"].Value);
    }

    /// <returns>Null where the name is none of a checkpoint.</returns>
    static long? StepOf(string name) =>
        name.Length >= 10 && long.TryParse(name.AsSpan(0, 10), NumberStyles.None, CultureInfo.InvariantCulture, out var step) ? step : null;

    static void Remove(string path)
    {
        // Several nodes may share the folder, and each is asked.
        for (var tries = 1; Directory.Exists(path); tries++)
        {
            try
            {
                Directory.Delete(path, recursive: true);
            }
            catch (Exception error) when (error is DirectoryNotFoundException || error is IOException && tries < 5) { }
        }
    }

    [GeneratedRegex("^[a-z0-9-]{1,48}$")]
    private static partial Regex SweepName();

    [GeneratedRegex("^(?<attempt>[0-9]{1,9})/checkpoints/(?<name>[0-9]{10})/")]
    private static partial Regex Stored();
}
