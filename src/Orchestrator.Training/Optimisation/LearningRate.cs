using Orchestrator.Sweeps.Specs;

namespace Orchestrator.Training.Optimisation;

public static class LearningRate
{
    /// <summary>Rises linearly over the warm-up, then stays: a function of the step alone, so that nothing of it is saved.</summary>
    /// <param name="step">From 1.</param>
    public static double At(long step, TrainingSpec training, int stepsPerEpoch) =>
        training.LearningRate * Math.Min(1, step / Math.Max(1, training.WarmupEpochs * stepsPerEpoch));
}
