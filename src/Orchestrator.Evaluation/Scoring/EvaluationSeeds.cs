using System.Collections.Immutable;
using Orchestrator.Sweeps;
using Orchestrator.Sweeps.Tasks;

namespace Orchestrator.Evaluation.Scoring;

/// <summary>The seed of every random draw of an evaluation.</summary>
/// <param name="seed">The trial's.</param>
sealed class EvaluationSeeds(long seed)
{
    /// <summary>The seed of the noise on the test images.</summary>
    public long Test(int draw) => Seed.Derive(seed, "evaluation-test", draw);

    public long Samples(long batch) => Seed.Derive(seed, "evaluation-samples", batch);

    /// <summary>The seed of which test images the paths join: no trial's own, so that pictures and scores of all trials show
    /// the same pairs.</summary>
    public static long Pairs { get; } = Seed.Derive(1, "evaluation-pairs");

    /// <summary>The seed of the noise on decoded images whose bits are counted.</summary>
    public long PathBits => Seed.Derive(seed, "evaluation-path-bits");

    public long FidSubsets => Seed.Derive(seed, "evaluation-fid-subsets");

    /// <summary>The seed of the noise on images that are encoded.</summary>
    public long Encoding(long batch) => Seed.Derive(seed, "evaluation-encoding", batch);

    public long KernelSubsets => Seed.Derive(seed, "evaluation-kernel-subsets");

    /// <param name="draws">How many times noise is drawn on the test images.</param>
    /// <param name="samples">How many batches of samples are drawn.</param>
    /// <param name="encodings">Batches of images that are encoded.</param>
    public EvaluationSeedRecord Record(int draws, int samples, int encodings) =>
        new(
            seed,
            Each(draws, draw => Test((int)draw)),
            Each(samples, Samples),
            Each(encodings, Encoding),
            Pairs,
            KernelSubsets,
            FidSubsets,
            PathBits
        );

    static ImmutableArray<long> Each(int count, Func<long, long> seed) => [.. Enumerable.Range(0, count).Select(number => seed(number))];
}
