using System.Text.Json;
using System.Text.Json.Serialization;
using Orchestrator.Sweeps;
using Orchestrator.Sweeps.Tasks;

namespace Orchestrator.Evaluation.Features;

/// <summary><c>manifest.json</c> of a cached reference: what it holds, measured on what.</summary>
/// <param name="Dataset">Name under which it was first asked for.</param>
/// <param name="DatasetSha256">SHA-256 of the data themselves.</param>
/// <param name="Features">Its hash is that of <c>network.safetensors</c>.</param>
sealed partial record ReferenceManifest(
    string Dataset,
    string DatasetSha256,
    FeatureInfo Features,
    double TestAccuracy,
    BaselineScores Baselines
)
{
    static readonly JsonSerializerOptions Dialect = OrchestratorJson.Indented.Knowing(ReferenceShapes.Default);

    public int Format { get; init; } = 1;

    public byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(this, Dialect);

    /// <exception cref="JsonException">Not such a manifest.</exception>
    public static ReferenceManifest FromJson(byte[] json) =>
        JsonSerializer.Deserialize<ReferenceManifest>(json, Dialect) ?? throw new JsonException("the manifest is null");

    [JsonSourceGenerationOptions(GenerationMode = JsonSourceGenerationMode.Metadata)]
    [JsonSerializable(typeof(ReferenceManifest))]
    sealed partial class ReferenceShapes : JsonSerializerContext;
}
