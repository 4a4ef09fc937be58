namespace Orchestrator.Training.Checkpoints;

/// <summary>A checkpoint is damaged, incomplete or of another kind than expected. The message names the file and what is wrong with
/// it.</summary>
public sealed class CheckpointException(string message, Exception? inner = null) : Exception(message, inner);
