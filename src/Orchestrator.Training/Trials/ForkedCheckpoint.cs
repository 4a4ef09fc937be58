using Orchestrator.Sweeps.Domain;
using Orchestrator.Sweeps.Tasks;
using Orchestrator.Training.Checkpoints;
using Orchestrator.Training.Data;

namespace Orchestrator.Training.Trials;

/// <summary>The checkpoint of another sweep's trial, as the beginning of this one.</summary>
static class ForkedCheckpoint
{
    /// <returns>With its steps counted in those that this trial has to an epoch; null where the task begins anew.</returns>
    /// <exception cref="TrialFailure">Bad spec: it is gone or another one, its tensors do not fit, or it is as far as the trial is to
    /// go.</exception>
    public static Checkpoint? Of(TrainingTask task, ImageDataset data, TimeProvider time)
    {
        if (task.ForkedFrom is not { } from)
            return null;
        var training = task.Spec.Settings.Training;
        var checkpoint = Read(from, task, time);
        var manifest = checkpoint.Manifest;
        var fault =
            checkpoint.Info.Sha256 != from.Checkpoint.Sha256
                ? $"it is another one than was forked from (SHA-256 {checkpoint.Info.Sha256}, not {from.Checkpoint.Sha256})"
            : manifest.Shape != data.Shape ? $"it is of images of {manifest.Shape}, and {data.Name} has {data.Shape}"
            : Fork.Misfits(manifest.Spec.Settings, task.Spec.Settings).FirstOrDefault()
                ?? Fork.NothingLeft(task.Spec.Settings, manifest.Epoch);
        if (fault is not null)
            throw new TrialFailure(AttemptCause.BadSpec, $"checkpoint {from.Checkpoint.Path}: {fault}");
        return checkpoint with
        {
            Manifest = manifest with { Step = (long)manifest.Epoch * training.StepsPerEpoch(data.Train.Count), Open = null },
        };
    }

    static Checkpoint Read(ForkPoint from, TrainingTask task, TimeProvider time)
    {
        try
        {
            return CheckpointStorage.Read(from, task, time);
        }
        catch (CheckpointException error)
        {
            // No other attempt would find it.
            throw new TrialFailure(
                AttemptCause.BadSpec,
                $"the checkpoint that the sweep was forked from cannot be read: {error.Message}",
                inner: error
            );
        }
    }
}
