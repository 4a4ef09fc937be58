namespace Orchestrator.Training.Data;

/// <summary>A data set is unknown, not there, or not what its format says. The message is for the user, and says what to do.</summary>
public sealed class DatasetException(string message, Exception? inner = null) : Exception(message, inner);
