using System.Text.Json;
using System.Text.Json.Serialization;
using Orchestrator.Sweeps;
using Orchestrator.Sweeps.Tasks;

namespace Orchestrator.Training.Trials;

/// <summary>The dialect of what a process of a trial is told and says, with shapes that the compiler found.</summary>
public static partial class TaskJson
{
    public static JsonSerializerOptions Compact { get; } = OrchestratorJson.Compact.Knowing(TaskShapes.Default);

    [JsonSourceGenerationOptions(GenerationMode = JsonSourceGenerationMode.Metadata)]
    [JsonSerializable(typeof(TrainingTask))]
    [JsonSerializable(typeof(EvaluationTask))]
    [JsonSerializable(typeof(ProcessMessage))]
    sealed partial class TaskShapes : JsonSerializerContext;
}
