using Orchestrator.Evaluation.Weights;

namespace Orchestrator.Evaluation.Features.Inception;

/// <summary>Where a data folder keeps the weights that a user brought.</summary>
public static class InceptionWeights
{
    static readonly string[] Names = ["inception.pth", "inception.safetensors", "inception.pt"];

    /// <param name="folder">Of feature networks and reference statistics.</param>
    /// <returns>Null where there is none.</returns>
    /// <exception cref="WeightsException">There is one, and it cannot be read.</exception>
    public static WeightsFile? In(string folder) =>
        Names.Select(name => Path.Combine(folder, name)).FirstOrDefault(File.Exists) is { } path ? WeightsFile.Open(path) : null;
}
