using System.Globalization;
using Orchestrator.Sweeps;
using Orchestrator.Sweeps.Search;
using Orchestrator.Sweeps.Specs;
using Orchestrator.Sweeps.SweepFiles;
using Orchestrator.Sweeps.Tasks;
using Orchestrator.Training.Checkpoints;

namespace Orchestrator.Run;

/// <summary>What earlier runs have trained under a sweep's name, whatever the journal knows of them.</summary>
static class Leftovers
{
    const int MostLines = 10;

    /// <summary>Whether a sweep that the journal does not know has checkpoints, which its attempts would find and go on from.</summary>
    /// <param name="sha256">The hash of the data set.</param>
    /// <returns>True where there are checkpoints, all of this very sweep.</returns>
    /// <exception cref="CommandException">There are some of another sweep; the message says what differs.</exception>
    public static bool AreOf(SweepSpec spec, DataFolder folder, string sha256)
    {
        var found = Checkpoints(folder, spec.Name).ToList();
        if (found.Count == 0)
            return false;
        var differences = Kept(folder.SweepFile(spec.Name)) is { } kept ? SpecDifference.Between(kept, spec) : [];
        if (differences.Count == 0)
            differences = [.. Differences(found, spec, sha256)];
        if (differences.Count == 0)
            return true;
        var more = differences.Count > MostLines ? $"\n  and {differences.Count - MostLines} more" : "";
        throw new CommandException(
            ExitCode.BadCall,
            $"{folder.Sweep(spec.Name)} holds checkpoints of an earlier sweep '{spec.Name}' that the journal does not know, and it was "
                + "another one:\n"
                + $"  {string.Join("\n  ", differences.Take(MostLines))}{more}\nGive this one another name, or move that folder away."
        );
    }

    static IEnumerable<string> Differences(IReadOnlyList<(int Trial, CheckpointManifest Manifest)> found, SweepSpec spec, string sha256)
    {
        if (!spec.Search.IsGrid || spec.Scheduler.Algorithm != SchedulerSpec.None)
        {
            // Which trial is which, and which was promoted, is told by the journal alone, which does not know them.
            yield return "trials: those of the sweep that the journal does not know → to be drawn and compared again";
            yield break;
        }

        var parameters = GridSearch.Enumerate(spec).ToList();
        if (found.FirstOrDefault(trained => trained.Trial > parameters.Count) is { Trial: > 0 } beyond)
            yield return string.Create(CultureInfo.InvariantCulture, $"trials: at least {beyond.Trial} → {parameters.Count}");
        var known = found.Where(trained => trained.Trial >= 1 && trained.Trial <= parameters.Count).ToList();
        foreach (
            var line in known
                .SelectMany(
                    trained => TrialDifference.Between(trained.Manifest.Spec, TrialFactory.Create(spec, parameters[trained.Trial - 1])),
                    (trained, line) => (trained.Trial, Line: line)
                )
                .DistinctBy(difference => difference.Line)
        )
            yield return $"{line.Line} (trial {TrialId.Of(line.Trial)})";
        if (known.Select(trained => trained.Manifest.DatasetSha256).FirstOrDefault(trained => trained != sha256) is { } other)
            yield return $"SHA-256 of data set {spec.Dataset}: {other} → {sha256}";
    }

    /// <summary>The newest readable checkpoint of each attempt.</summary>
    static IEnumerable<(int Trial, CheckpointManifest Manifest)> Checkpoints(DataFolder folder, string sweep)
    {
        var trials = Path.GetDirectoryName(folder.Trial(sweep, 1))!;
        return from trial in Directory.Exists(trials)
                ? Directory.EnumerateDirectories(trials).Order(StringComparer.Ordinal)
                : Enumerable.Empty<string>()
            let number = int.TryParse(Path.GetFileName(trial), NumberStyles.None, CultureInfo.InvariantCulture, out var parsed) ? parsed : 0
            where number > 0
            from attempt in Directory.EnumerateDirectories(trial)
            let manifest = FolderCheckpointStore.ManifestsOf(attempt).FirstOrDefault()
            where manifest is not null
            select (number, manifest);
    }

    /// <summary>The spec that was kept beside the checkpoints; null where it is gone or cannot be read.</summary>
    static SweepSpec? Kept(string file)
    {
        try
        {
            var spec = SweepFile.Parse(File.ReadAllText(file), file);
            return spec with { Dataset = DatasetIdentity.Absolute(spec.Dataset, Path.GetDirectoryName(file)!) };
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or SweepFileException)
        {
            return null;
        }
    }
}
