namespace Orchestrator.Training.Checkpoints;

/// <summary>The storage did not do what was asked of it, also not when asked again. The message names the object and never holds a
/// credential.</summary>
/// <remarks>No inner exception on purpose: what a client or a server says of a request may repeat parts of its signature.</remarks>
public sealed class StorageException(string message) : Exception(message);
