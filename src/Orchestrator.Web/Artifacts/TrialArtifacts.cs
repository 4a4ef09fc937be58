using Orchestrator.Reports.Views;
using Orchestrator.Sweeps;
using Orchestrator.Sweeps.Domain;

namespace Orchestrator.Web.Artifacts;

/// <summary>One file of a trial that this coordinator has.</summary>
sealed record TrialArtifact(string Name, FileInfo File, string ContentType)
{
    public ArtifactEntry Entry => new(Name, File.Length, ContentType);
}

/// <summary>Which files a trial has to show: what the journal says of it, as far as it lies in the trial's own folder. A name that is asked
/// for is looked up here and never becomes a path.</summary>
static class TrialArtifacts
{
    const string Metrics = "metrics.jsonl",
        Model = "model.safetensors",
        Manifest = "manifest.json";

    public static IEnumerable<TrialArtifact> Of(SweepState state, TrialState trial, DataFolder folder)
    {
        var sweep = state.Spec.Name;
        var own = folder.Trial(sweep, trial.Number);
        return Candidates(sweep, trial, folder)
            .Select(path => new FileInfo(path))
            .Where(file => IsInside(own, file))
            .Select(file => new TrialArtifact(file.Name, file, ContentType(file.Extension)))
            .DistinctBy(artifact => artifact.Name);
    }

    static IEnumerable<string> Candidates(string sweep, TrialState trial, DataFolder folder)
    {
        if (trial.Scores is { Sheets: { IsDefault: false } sheets })
            foreach (var sheet in sheets)
                yield return Path.Combine(folder.Evaluation(sweep, trial.Number, trial.Evaluations), Path.GetFileName(sheet));
        if (trial.Attempts > 0)
            yield return Path.Combine(folder.Attempt(sweep, trial.Number, trial.Attempts), Metrics);
        // The data folder may have moved since, or the checkpoint be in a storage: then it is not ours to show.
        if (trial.Checkpoint is { Path: var checkpoint } && Path.IsPathFullyQualified(checkpoint))
        {
            yield return Path.Combine(checkpoint, Model);
            yield return Path.Combine(checkpoint, Manifest);
        }
    }

    /// <summary>Whether a file is there, below the trial's folder by its name, and not by a link out of it.</summary>
    static bool IsInside(string folder, FileInfo file)
    {
        if (!file.Exists)
            return false;
        FileSystemInfo part = file;
        while (part.LinkTarget is null)
        {
            var above = part is FileInfo { Directory: { } at } ? at : ((DirectoryInfo)part).Parent;
            if (above is null)
                return false;
            if (above.FullName == folder)
                return true;
            part = above;
        }

        return false;
    }

    static string ContentType(string extension) =>
        extension switch
        {
            ".png" => "image/png",
            ".json" => "application/json",
            ".jsonl" => "application/x-ndjson",
            _ => "application/octet-stream",
        };
}
