using Orchestrator.Sweeps.Search;
using Orchestrator.Sweeps.Specs;
using Orchestrator.Sweeps.Tasks;
using Orchestrator.Training.Checkpoints;
using Orchestrator.Training.Data;

namespace Orchestrator.Training.Trials;

/// <summary>Refuses what cannot be trained before anything is.</summary>
static class TrainingTaskValidation
{
    /// <param name="resumed">The manifest of the checkpoint to go on from.</param>
    /// <exception cref="TrialFailure">Bad spec, or data that changed since that checkpoint; the message says what was expected.</exception>
    public static void Check(TrainingTask task, ImageDataset data, CheckpointManifest? resumed)
    {
        if (Faults(task.Spec, data).FirstOrDefault() is { } fault)
            throw new TrialFailure(AttemptCause.BadSpec, fault);
        if (resumed is null)
            return;
        // The same words for every trial that the same change has reached: the sweep then pauses for all of them at once.
        if (TrialDifference.Between(Essence(resumed.Spec), Essence(task.Spec)) is { Count: > 0 } differences)
            throw new TrialFailure(
                AttemptCause.BadSpec,
                $"its checkpoints are of an earlier sweep of this name, with another spec ({string.Join("; ", differences)}): give this "
                    + "sweep another name, or move the earlier one's folder away"
            );
        if (resumed.DatasetSha256 != data.Sha256)
            throw new TrialFailure(
                AttemptCause.Data,
                $"data set {data.Name} changed since the newest checkpoint, of step {resumed.Step}: SHA-256 {data.Sha256}, before "
                    + $"{resumed.DatasetSha256}"
            );
    }

    /// <summary>What keeps a trial from being trained on a data set, each in words that name the setting; builds nothing.</summary>
    public static IEnumerable<string> Faults(TrialSpec spec, ImageDataset data)
    {
        var faults = spec.Settings.Faults().ToList();
        // What depends on the data reads the settings, so they must be good.
        return faults.Count > 0 ? faults : DataFaults(spec, data);
    }

    static IEnumerable<string> DataFaults(TrialSpec spec, ImageDataset data)
    {
        var training = spec.Settings.Training;
        if (training.BatchSize > data.Train.Count)
            yield return FormattableString.Invariant(
                $"training.batch_size: expected 1 to the {data.Train.Count} training images of {data.Name}, found {training.BatchSize}"
            );
        if (training.Accumulate > training.BatchSize)
            yield return FormattableString.Invariant(
                $"training.accumulate: expected 1 to the {training.BatchSize} images of a batch, found {training.Accumulate}"
            );
        if (TrialFlow.Fault(spec, data.Shape) is { } shape)
            yield return shape;
    }

    /// <summary>What may not change between the attempts of a trial: more epochs, and how the learning rate goes on over them, smaller
    /// parts of a batch, or another machine, may.</summary>
    static TrialSpec Essence(TrialSpec spec) => spec with { Threads = 0, Device = "", Settings = spec.Settings.WithoutExtent() };
}
