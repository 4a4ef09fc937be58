using Orchestrator.Sweeps;

namespace Orchestrator.Evaluation.Scoring;

/// <summary>The seed of every random draw of an evaluation.</summary>
/// <param name="seed">The trial's.</param>
sealed class EvaluationSeeds(long seed)
{
    /// <summary>Of the noise on the test images.</summary>
    public long Test(int draw) => Seed.Derive(seed, "evaluation-test", draw);

    public long Samples(long batch) => Seed.Derive(seed, "evaluation-samples", batch);

    /// <summary>Of which test images the paths join.</summary>
    public long Pairs => Seed.Derive(seed, "evaluation-pairs");

    /// <summary>Of the noise on images that are encoded.</summary>
    public long Encoding(long batch) => Seed.Derive(seed, "evaluation-encoding", batch);

    public long KernelSubsets => Seed.Derive(seed, "evaluation-kernel-subsets");
}
