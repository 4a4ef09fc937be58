namespace Orchestrator.Evaluation.Weights;

/// <summary>A weights file cannot be read, holds something else than tensors, or is of another network.</summary>
public sealed class WeightsException(string message, Exception? inner = null) : Exception(message, inner);
