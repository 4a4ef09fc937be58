using System.Collections.Immutable;
using Orchestrator.Sweeps.Specs;

namespace Orchestrator.Sweeps.Tasks;

/// <summary>What a trial process is told: the JSON file given to <c>trial run</c>.</summary>
/// <param name="Token">Fencing token of the lease; recorded in the checkpoints' manifests.</param>
/// <param name="Stream">How often this trial diverged before: part of the key of every random draw, so that a retry after divergence takes
/// another path.</param>
/// <param name="Directory">The attempt's own folder; no other attempt ever writes there. Holds <c>checkpoints/</c> and
/// <c>metrics.jsonl</c>.</param>
/// <param name="Earlier">Folders of the trial's earlier attempts, newest first, whose checkpoints may be read.</param>
/// <param name="DataRoot">Folder in which fetched data sets are kept.</param>
public sealed record TrainingTask(
    string Sweep,
    string Trial,
    int Attempt,
    long Token,
    int Stream,
    TrialSpec Spec,
    RetentionSpec Retention,
    string Directory,
    ImmutableArray<string> Earlier,
    string DataRoot
)
{
    public int Format { get; init; } = 1;

    /// <summary>A <see cref="StorageAddress"/>; the attempt's folder is then a cache of it. Null where the data folder itself keeps the
    /// checkpoints.</summary>
    public string? Storage { get; init; }

    /// <summary>What the process computes on, of the devices that it sees; null where it is as the spec says.</summary>
    public string? Device { get; init; }

    /// <summary>Hash of the data set that the sweep began with; null where none is recorded yet.</summary>
    public string? DatasetSha256 { get; init; }

    /// <summary>The epoch to train to; null for the last one.</summary>
    public int? UntilEpoch { get; init; }

    /// <summary>The newest epoch that is known to whoever gave the task: those after it that a checkpoint has are reported again.</summary>
    public int ReportedEpoch { get; init; }

    /// <summary>Where a trial begins that has no checkpoint of its own; null where it begins with initial weights.</summary>
    public ForkPoint? ForkedFrom { get; init; }
}
