using Orchestrator.Evaluation.Distances;
using Orchestrator.Sweeps.Tasks;

namespace Orchestrator.Evaluation.Scoring;

/// <summary>The distances of one set of generated images from the test split, and all that they depend on.</summary>
/// <param name="Set"><c>samples</c>, or <c>interpolation-</c> and a scheme.</param>
/// <param name="N">Generated images.</param>
/// <param name="Fid">Frechet distance of the features.</param>
/// <param name="Kid">Kernel distance of the features over all pairs.</param>
/// <param name="KidSubsets">The same over random subsets.</param>
public sealed record SetDistances(
    string Set,
    int N,
    int NReal,
    FeatureInfo Features,
    FrechetEstimate Fid,
    KernelEstimate Kid,
    KernelSubsets KidSubsets
)
{
    public string Pixels { get; } =
        "levels spread over bytes 0..255, real and generated alike; no resizing; as many channels as the data set";
    public string CovarianceDivisor { get; } = "n - 1";
    public string Arithmetic { get; } = "float64";
}
