using System.Text.Json.Serialization;
using Orchestrator.Cluster.Protocol;
using Orchestrator.Sweeps.Domain;

namespace Orchestrator.Cluster.Serialization;

/// <summary>How the events that nearly every sweep has are written, found by the compiler.</summary>
[JsonSourceGenerationOptions(GenerationMode = JsonSourceGenerationMode.Metadata)]
[JsonSerializable(typeof(SweepAccepted))]
[JsonSerializable(typeof(DatasetRecorded))]
[JsonSerializable(typeof(PriorRecorded))]
[JsonSerializable(typeof(TrialAdded))]
[JsonSerializable(typeof(SearchExhausted))]
[JsonSerializable(typeof(LeaseGranted))]
[JsonSerializable(typeof(EpochReported))]
[JsonSerializable(typeof(CheckpointReported))]
[JsonSerializable(typeof(MemoryMeasured))]
[JsonSerializable(typeof(LeaseEnded))]
[JsonSerializable(typeof(TrialCompleted))]
[JsonSerializable(typeof(TrialFailed))]
[JsonSerializable(typeof(TrialStopped))]
[JsonSerializable(typeof(TrialPaused))]
[JsonSerializable(typeof(TrialPruned))]
[JsonSerializable(typeof(ConfigurationPromoted))]
[JsonSerializable(typeof(EvaluationChosen))]
[JsonSerializable(typeof(EvaluationCompleted))]
[JsonSerializable(typeof(EvaluationFailed))]
[JsonSerializable(typeof(SweepEnded))]
sealed partial class EventShapes : JsonSerializerContext;
