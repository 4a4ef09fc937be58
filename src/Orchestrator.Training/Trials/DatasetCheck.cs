using Orchestrator.Sweeps.Tasks;
using Orchestrator.Training.Data;

namespace Orchestrator.Training.Trials;

/// <summary>A sweep trains and is scored on one data set.</summary>
public static class DatasetCheck
{
    /// <param name="expected">SHA-256 of the sweep's data set; null where it is not known yet.</param>
    /// <param name="root">Folder in which fetched data sets are kept.</param>
    /// <exception cref="TrialFailure">Data: this is another one.</exception>
    public static void Expect(ImageDataset data, string? expected, string root)
    {
        if (expected is not null && expected != data.Sha256)
            throw new TrialFailure(
                AttemptCause.Data,
                DatasetIdentity.Mismatch($"data set {data.Name} ({new DatasetCatalogue(root).Find(data.Name)})", data.Sha256, expected)
            );
    }
}
