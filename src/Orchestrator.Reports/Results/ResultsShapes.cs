using System.Text.Json.Serialization;

namespace Orchestrator.Reports.Results;

/// <summary>How <see cref="SweepResults"/> is written, found by the compiler.</summary>
[JsonSourceGenerationOptions(GenerationMode = JsonSourceGenerationMode.Metadata)]
[JsonSerializable(typeof(SweepResults))]
public sealed partial class ResultsShapes : JsonSerializerContext;
