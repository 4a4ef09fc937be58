using Orchestrator.Sweeps.Tasks;
using Orchestrator.Training.Checkpoints;
using Orchestrator.Training.Data;

namespace Orchestrator.Training.Trials;

/// <summary>Running figures of one epoch. Its state goes into checkpoints, so that an interrupted epoch reports as an undisturbed
/// one.</summary>
/// <param name="open">Null at an epoch's begin.</param>
sealed class EpochMeter(TimeProvider time, OpenEpoch? open)
{
    readonly long begun = time.GetTimestamp();
    readonly double secondsBefore = open?.Seconds ?? 0;

    double nats = open?.Nats ?? 0;
    double gradientNorm = open?.GradientNorm ?? 0;
    double trainingSeconds;

    public int StepsDone { get; private set; } = open?.StepsDone ?? 0;

    double Seconds => secondsBefore + time.GetElapsedTime(begun).TotalSeconds;

    public OpenEpoch Open => new(StepsDone, nats, gradientNorm, Seconds);

    public void Add(StepFigures figures)
    {
        nats += figures.Nats;
        gradientNorm += figures.GradientNorm;
        StepsDone++;
    }

    /// <summary>What follows, validation and the like, does not count in the images per second.</summary>
    public void EndOfTraining() => trainingSeconds = Seconds;

    public double BitsPerDim(int levels) => Dequantisation.BitsPerDim(nats / StepsDone, levels);

    public double ImagesPerSecond(int batchSize) => Rate(batchSize, Seconds);

    public EpochReport Report(int epoch, long step, double validationBitsPerDim, double learningRate, int batchSize, int levels) =>
        new(
            epoch,
            step,
            BitsPerDim(levels),
            validationBitsPerDim,
            learningRate,
            gradientNorm / StepsDone,
            Rate(batchSize, trainingSeconds),
            Seconds
        );

    double Rate(int batchSize, double seconds) => seconds > 0 ? (double)StepsDone * batchSize / seconds : 0;
}
