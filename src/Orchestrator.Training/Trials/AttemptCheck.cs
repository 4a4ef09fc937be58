using Orchestrator.Sweeps.Attempts;
using Orchestrator.Sweeps.Search;
using Orchestrator.Sweeps.Specs;
using Orchestrator.Training.Checkpoints;
using Orchestrator.Training.Data;

namespace Orchestrator.Training.Trials;

/// <summary>Refuses what cannot be trained before anything is.</summary>
static class AttemptCheck
{
    /// <param name="resumed">Of the checkpoint to go on from.</param>
    /// <exception cref="TrialFailure">Bad spec, or data that changed since that checkpoint; the message says what was expected.</exception>
    public static void Check(AttemptSpec attempt, ImageDataset data, CheckpointManifest? resumed)
    {
        if (Faults(attempt.Spec, data).FirstOrDefault() is { } fault)
            throw new TrialFailure(AttemptCause.BadSpec, fault);
        if (resumed is null)
            return;
        // The same words for every trial that the same change has reached: the sweep then pauses for all of them at once.
        if (TrialDifference.Between(Essence(resumed.Spec), Essence(attempt.Spec)) is { Count: > 0 } differences)
            throw new TrialFailure(
                AttemptCause.BadSpec,
                $"its checkpoints are of an earlier sweep of this name, with another spec ({string.Join("; ", differences)}): give this "
                    + $"sweep another name, or move the earlier one's folder away"
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
        var training = spec.Training;
        foreach (var (variant, part) in new[] { (spec.Flow.Variant, "flow"), (spec.Base.Variant, "base"), (training.Variant, "training") })
        {
            // What follows reads these settings.
            if (variant.Fault(part) is not { } fault)
                continue;
            yield return fault;
            yield break;
        }

        (bool Good, string Key, string Expected, object Found)[] expectations =
        [
            (training.Epochs >= 1, "training.epochs", "at least 1", training.Epochs),
            (
                training.BatchSize >= 1 && training.BatchSize <= data.Train.Count,
                "training.batch_size",
                $"1 to the {data.Train.Count} training images of {data.Name}",
                training.BatchSize
            ),
            (
                training.LearningRate > 0 && double.IsFinite(training.LearningRate),
                "training.learning_rate",
                "a finite number above 0",
                training.LearningRate
            ),
            (
                training.WarmupEpochs >= 0 && double.IsFinite(training.WarmupEpochs),
                "training.warmup_epochs",
                "a finite number, at least 0",
                training.WarmupEpochs
            ),
            (training.GradientClip > 0, "training.gradient_clip", "a number above 0", training.GradientClip),
            (training.Ema is >= 0 and < 1, "training.ema", "at least 0 and below 1", training.Ema),
            (training.Variant.Name == "float32", "training.precision", "float32", training.Variant.Name),
            (
                training.Accumulate <= training.BatchSize,
                "training.accumulate",
                $"1 to the {training.BatchSize} images of a batch",
                training.Accumulate
            ),
        ];
        foreach (var (good, key, expected, found) in expectations)
        {
            if (!good)
                yield return FormattableString.Invariant($"{key}: expected {expected}, found {found}");
        }

        if (TrialFlow.Fault(spec, data.Shape) is { } shape)
            yield return shape;
    }

    /// <summary>What may not change between the attempts of a trial: more epochs, or another machine, may.</summary>
    static TrialSpec Essence(TrialSpec spec) => spec with { Threads = 0, Device = "", Training = spec.Training with { Epochs = 0 } };
}
