using Orchestrator.Sweeps.Specs;

namespace Orchestrator.Sweeps.Tasks;

/// <summary>What an evaluation process is told: the JSON file given to <c>trial evaluate</c>.</summary>
/// <param name="Checkpoint">The checkpoint to score: its folder, or its address in the storage.</param>
/// <param name="Directory">The evaluation's own folder, for pictures and scores.</param>
/// <param name="FeatureCache">Folder shared by all evaluations of this data folder: trained feature networks and reference
/// statistics.</param>
public sealed record EvaluationTask(
    string Sweep,
    string Trial,
    int Attempt,
    long Token,
    TrialSpec Spec,
    EvaluationSpec Evaluation,
    string Checkpoint,
    string Directory,
    string FeatureCache,
    string DataRoot
)
{
    public int Format { get; init; } = 1;

    /// <inheritdoc cref="TrainingTask.Storage"/>
    public string? Storage { get; init; }

    /// <inheritdoc cref="TrainingTask.Device"/>
    public string? Device { get; init; }

    /// <inheritdoc cref="TrainingTask.DatasetSha256"/>
    public string? DatasetSha256 { get; init; }
}
