using System.Collections.Immutable;

namespace Orchestrator.Sweeps.Specs;

/// <summary>The settings of the training: their rows of the table, and their values in one trial.</summary>
public sealed class TrainingSettings(TrialSettings settings)
{
    public const string EpochsPath = "training.epochs";

    public const string AccumulatePath = "training.accumulate";

    public const string SchedulePath = "training.schedule",
        Cosine = "cosine";

    internal const string CosineRestartPath = "training.cosine_restart",
        CosineHoldPath = "training.cosine_hold";

    internal const string BatchSizePath = "training.batch_size",
        PrecisionPath = "training.precision",
        RecomputePath = "training.recompute";

    internal const string OptimizerPath = "training.optimizer";

    internal static ImmutableArray<Field> Fields { get; } =
    [
        new(EpochsPath, Limits.Epochs, "10", "Passes over the training split."),
        new(BatchSizePath, new WholeNumber(1), "128", "Images per optimiser step."),
        new("training.learning_rate", Limits.LearningRate, "0.001", "Largest learning rate: after the warm-up."),
        new("training.warmup_epochs", Limits.WarmupEpochs, "1", "Epochs over which the learning rate rises from 0; may be a fraction."),
        new("training.gradient_clip", Limits.GradientClip, "1", "Largest L2 norm of the gradient of the mean loss in nats per dimension."),
        new(
            "training.ema",
            new Number(AtLeast: 0, Below: 1),
            "0.999",
            "Decay per step of the moving average of the weights; 0 turns it off."
        ),
        new(PrecisionPath, new OneOf(KnownNames.Precisions), "float32", "Number format of the training's matrix products."),
        new(
            AccumulatePath,
            new WholeNumber(1),
            "1",
            "Parts into which a batch is cut, whose gradients are added up: less memory, the same step."
        ),
        new(
            RecomputePath,
            new TrueOrFalse(),
            "false",
            "Steps of the flow keep nothing but their inputs, and compute the rest once more for the gradient: far less memory, more time."
        ),
        new(OptimizerPath, new OneOf(KnownNames.Optimizers), "adam", "How a gradient becomes a step."),
        new(
            "training.weight_decay",
            Limits.WeightDecay,
            "0.01",
            "Share of every weight that is taken off at each step, times the learning rate."
        )
        {
            When = new(OptimizerPath, "adamw"),
        },
        new(
            SchedulePath,
            new OneOf(KnownNames.Schedules),
            "constant",
            "Learning rate after the warm-up: as it is, falling to 0 as half a cosine, or by steps."
        ),
        new(
            CosineRestartPath,
            new WholeNumber(0),
            "0",
            "Epoch at whose end the cosine has fallen to 0 and begins anew, over the epochs that are left; 0 for one fall."
        )
        {
            When = new(SchedulePath, Cosine),
        },
        new(
            CosineHoldPath,
            new WholeNumber(0),
            "0",
            "Epoch at whose end the cosine has fallen; the rate of its last step holds from there on. 0: at the last epoch."
        )
        {
            When = new(SchedulePath, Cosine),
        },
        new("training.decay_epochs", Limits.DecayEpochs, "10", "Epochs between two falls of the learning rate; may be a fraction.")
        {
            When = new(SchedulePath, "step"),
        },
        new("training.decay_factor", new Number(Above: 0, AtMost: 1), "0.1", "What each fall multiplies the learning rate by.")
        {
            When = new(SchedulePath, "step"),
        },
    ];

    public int Epochs => settings.Int(EpochsPath);

    /// <summary>Images.</summary>
    public int BatchSize => settings.Int(BatchSizePath);

    /// <summary>Whole batches of a training split; the images of the last, partial batch are left out.</summary>
    public int StepsPerEpoch(int images) => images / BatchSize;

    public double LearningRate => settings.Double("training.learning_rate");

    public double WarmupEpochs => settings.Double("training.warmup_epochs");

    /// <summary>Largest L2 norm of the gradient of the mean loss in nats per dimension.</summary>
    public double GradientClip => settings.Double("training.gradient_clip");

    /// <summary>Decay of the moving average of the weights, per step.</summary>
    public double Ema => settings.Double("training.ema");

    public string Precision => settings.Text(PrecisionPath);

    /// <summary>Parts into which a batch is cut.</summary>
    public int Accumulate => settings.Int(AccumulatePath);

    /// <summary>What the flow's steps compute is not kept for the gradient, but computed once more.</summary>
    public bool Recompute => settings.Text(RecomputePath) == TrueOrFalse.True;

    /// <summary>At least twice as many equal parts, and no more than it takes: the same step in less memory; null where a part is one image
    /// already.</summary>
    public int? MoreParts()
    {
        var (parts, batch) = (Accumulate, BatchSize);
        if (parts >= batch)
            return null;
        for (parts = Math.Min(2 * parts, batch); batch % parts > 0; )
            parts++;
        return parts;
    }

    public string Optimizer => settings.Text(OptimizerPath);

    /// <summary>Only AdamW has one.</summary>
    public double WeightDecay => settings.Double("training.weight_decay");

    public string Schedule => settings.Text(SchedulePath);

    /// <summary>Only the cosine has one: the epoch at whose end it begins anew; 0 where it does not.</summary>
    public int CosineRestart => settings.Int(CosineRestartPath);

    /// <summary>Only the cosine has one: the epoch at whose end it has fallen; 0 for the last.</summary>
    public int CosineHold => settings.Int(CosineHoldPath);

    /// <summary>Only the step schedule has them.</summary>
    public double DecayEpochs => settings.Double("training.decay_epochs");

    /// <summary>Only the step schedule has one.</summary>
    public double DecayFactor => settings.Double("training.decay_factor");
}
