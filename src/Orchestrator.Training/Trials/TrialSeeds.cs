using Orchestrator.Sweeps;
using Orchestrator.Training.Checkpoints;

namespace Orchestrator.Training.Trials;

/// <summary>The seed of every random draw of a trial. No generator lives longer than one draw, so a checkpoint holds none.</summary>
/// <param name="seed">The trial's.</param>
/// <param name="stream">Counts the trial's divergences: a retry draws everything anew.</param>
public sealed class TrialSeeds(long seed, int stream)
{
    readonly long root = Seed.Derive(seed, "stream", stream);

    /// <summary>The seed of the initial weights.</summary>
    public long Weights => Seed.Derive(root, "weights");

    /// <summary>The seed of the images, and of their noise, that data-dependent initialisation sees.</summary>
    public long Initialisation => Seed.Derive(root, "initialisation");

    /// <summary>The seeds as a checkpoint records them.</summary>
    public SeedRecord Record => new(seed, stream, Weights, Initialisation, Validation);

    /// <summary>The seed of the order of the training images.</summary>
    /// <param name="epoch">From 1.</param>
    public long Order(int epoch) => Seed.Derive(root, "order", epoch);

    /// <summary>The seed of the dequantisation noise.</summary>
    /// <param name="step">From 1.</param>
    public long Noise(long step) => Seed.Derive(root, "noise", step);

    /// <summary>The seed of the noise on the validation images: the same for all trials and epochs, so that their figures differ by
    /// the flow alone.</summary>
    public static long Validation => Seed.Derive(0, "validation");
}
