namespace Orchestrator.Evaluation.Files;

/// <summary>A file of features or an image cannot be read; the message says which, where and what was expected.</summary>
public sealed class FeatureFileException(string message, Exception? inner = null) : Exception(message, inner);
