using System.Text.Json;
using Orchestrator.Sweeps;
using Orchestrator.Sweeps.Tasks;

namespace Orchestrator.Evaluation.Features;

/// <summary><c>manifest.json</c> of a cached reference: what it holds, measured on what.</summary>
/// <param name="Dataset">Name under which it was first asked for.</param>
/// <param name="DatasetSha256">SHA-256 of the data themselves.</param>
/// <param name="Features">Its hash is that of <c>network.safetensors</c>.</param>
sealed record ReferenceManifest(string Dataset, string DatasetSha256, FeatureInfo Features, double TestAccuracy, BaselineScores Baselines)
{
    public int Format { get; init; } = 1;

    public byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(this, OrchestratorJson.Indented);

    /// <exception cref="JsonException">Not such a manifest.</exception>
    public static ReferenceManifest FromJson(byte[] json) =>
        JsonSerializer.Deserialize<ReferenceManifest>(json, OrchestratorJson.Indented) ?? throw new JsonException("the manifest is null");
}
