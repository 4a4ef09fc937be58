using Orchestrator.Sweeps.Specs;

namespace Orchestrator.Training.Optimisation;

/// <summary>The learning rate as a function of the step alone, so that nothing of it is saved.</summary>
public static class LearningRate
{
    /// <param name="Steps">Since the warm-up's end, the present one included.</param>
    /// <param name="Total">From the warm-up's end to the last step.</param>
    readonly record struct Progress(double Steps, double Total, double PerEpoch);

    delegate double Schedule(Progress progress, TrainingSettings training);

    static readonly SortedDictionary<string, Schedule> All = new(StringComparer.Ordinal)
    {
        ["constant"] = static (_, _) => 1,
        [TrainingSettings.Cosine] = Cosine,
        ["step"] = static (progress, training) =>
            Math.Pow(training.DecayFactor, Math.Floor((progress.Steps - 1) / (training.DecayEpochs * progress.PerEpoch))),
    };

    static double Cosine(Progress progress, TrainingSettings training)
    {
        var warmup = training.WarmupEpochs * progress.PerEpoch;
        var (restart, hold) = (training.CosineRestart * progress.PerEpoch - warmup, training.CosineHold * progress.PerEpoch - warmup);
        var (steps, total) = (progress.Steps, progress.Total);
        if (training.CosineHold > 0)
            (steps, total) = (Math.Min(steps, Math.Max(1, hold)), hold);
        else if (training.CosineRestart > 0)
            (steps, total) = steps <= restart ? (steps, restart) : (steps - restart, total - restart);
        // The last step is still one: 0 is reached after it.
        return 0.5 * (1 + Math.Cos(Math.PI * (steps - 1) / Math.Max(1, total)));
    }

    public static IReadOnlyCollection<string> Schedules => All.Keys;

    /// <summary>The rate at a step: it rises linearly over the warm-up, then follows the schedule.</summary>
    /// <param name="step">From 1.</param>
    public static double At(long step, TrainingSettings training, int stepsPerEpoch)
    {
        var warmup = training.WarmupEpochs * stepsPerEpoch;
        if (step <= warmup)
            return training.LearningRate * step / Math.Max(1, warmup);
        var progress = new Progress(step - warmup, (double)training.Epochs * stepsPerEpoch - warmup, stepsPerEpoch);
        // A warm-up may end between two steps.
        return training.LearningRate * All[training.Schedule](progress with { Steps = Math.Max(1, progress.Steps) }, training);
    }
}
