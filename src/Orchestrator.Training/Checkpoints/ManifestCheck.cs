using System.Globalization;
using System.Text.RegularExpressions;
using Orchestrator.Flows.Transforms;
using Orchestrator.Sweeps;
using Orchestrator.Sweeps.Specs;

namespace Orchestrator.Training.Checkpoints;

/// <summary>Holds a manifest's names to their patterns and its numbers to their ranges: names become paths, and numbers become
/// memory.</summary>
static partial class ManifestCheck
{
    const int LargestSide = 4096,
        LargestDimension = 1 << 20,
        MostLevels = 256,
        MostReports = 1_000_000;

    /// <summary>The most steps: a checkpoint's folder is named by ten digits.</summary>
    const long MostSteps = 9_999_999_999;

    /// <returns>What is wrong, with the key; null where nothing is.</returns>
    public static string? Fault(CheckpointManifest manifest) => Faults(manifest).FirstOrDefault(fault => fault is not null);

    static IEnumerable<string?> Faults(CheckpointManifest manifest)
    {
        yield return Name("sweep", manifest.Sweep) ?? Name("trial", manifest.Trial);
        yield return Range("attempt", manifest.Attempt, 0, int.MaxValue)
            ?? Range("token", manifest.Token, 0, long.MaxValue)
            ?? Range("stream", manifest.Stream, 0, int.MaxValue);
        yield return Hash("dataset_sha256", manifest.DatasetSha256, shortest: 1);
        yield return Shape(manifest.Shape) ?? Range("levels", manifest.Levels, 2, MostLevels);
        yield return Range("epoch", manifest.Epoch, 0, int.MaxValue) ?? Range("step", manifest.Step, 0, MostSteps);
        foreach (
            var fault in (manifest.Spec is { } spec ? Spec(spec) : ["spec: is missing"]).Concat(Reports(manifest)).Concat(Files(manifest))
        )
            yield return fault;
        yield return manifest.Seeds is null ? "seeds: is missing" : null;
        if (manifest.Open is { } open)
            yield return Range("open.steps_done", open.StepsDone, 0, int.MaxValue);
    }

    static IEnumerable<string?> Spec(TrialSpec spec)
    {
        if (spec is not { Dataset: not null, Device: not null, Settings: not null })
            return ["spec: parts of it are missing"];
        return
        [
            SweepFields.Table.Find("dataset")!.Kind.Canonical(spec.Dataset) is null || spec.Dataset.Any(char.IsControl)
                ? $"spec.dataset: {Printable.Quote(spec.Dataset)} is no name of a data set"
                : null,
            spec.Device is { Length: <= 16 } ? null : $"spec.device: {Printable.Quote(spec.Device)} is no name of a device",
            Range("spec.threads", spec.Threads, 1, 4096),
            .. spec.Settings.Faults().Select(fault => $"spec.settings: {fault}"),
        ];
    }

    static IEnumerable<string?> Reports(CheckpointManifest manifest)
    {
        if (manifest.Reports.IsDefault || manifest.Reports.Length > MostReports)
            yield return "reports: expected one entry for each epoch";
        else if (manifest.Reports.Any(report => report is null))
            yield return "reports: an entry is missing";
    }

    static IEnumerable<string?> Files(CheckpointManifest manifest)
    {
        if (manifest.Files is null)
        {
            yield return "files: is missing";
            yield break;
        }

        foreach (var (name, digest) in manifest.Files)
            yield return name is not (Checkpoint.ModelFile or Checkpoint.OptimizerFile)
                ? $"files: {Printable.Quote(name)} is no file of a checkpoint"
            : digest is null ? $"files: nothing is said of {name}"
            : Range($"files.{name}.bytes", digest.Bytes, 0, Array.MaxLength) ?? Hash($"files.{name}.sha256", digest.Sha256, shortest: 64);
        yield return manifest.Versions is null || manifest.Versions.Values.Any(version => version is null) ? "versions: is missing" : null;
    }

    static string? Shape(ImageShape shape) =>
        Range("shape.channels", shape.Channels, 1, LargestSide)
        ?? Range("shape.height", shape.Height, 1, LargestSide)
        ?? Range("shape.width", shape.Width, 1, LargestSide)
        ?? Range("the product of shape", (long)shape.Channels * shape.Height * shape.Width, 1, LargestDimension);

    static string? Name(string key, string? name) =>
        name is not null && NamePattern().IsMatch(name)
            ? null
            : $"{key}: expected 1 to 48 letters, digits and -, found {Printable.Quote(name ?? "null")}";

    static string? Hash(string key, string? hash, int shortest) =>
        hash is { Length: <= 64 } && hash.Length >= shortest && hash.All(char.IsAsciiHexDigitLower)
            ? null
            : $"{key}: expected a SHA-256 in lower-case hexadecimal";

    static string? Range(string key, long found, long least, long most) =>
        found >= least && found <= most
            ? null
            : string.Create(CultureInfo.InvariantCulture, $"{key}: expected {least} to {most}, found {found}");

    [GeneratedRegex(@"\A[A-Za-z0-9-]{1,48}\z")]
    private static partial Regex NamePattern();
}
