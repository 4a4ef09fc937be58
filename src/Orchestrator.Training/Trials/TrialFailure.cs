using Orchestrator.Sweeps.Tasks;
using Orchestrator.Training.Checkpoints;
using Orchestrator.Training.Data;

namespace Orchestrator.Training.Trials;

/// <summary>An attempt cannot go on, for a cause that is known.</summary>
/// <param name="layer">Divergence only: where the first value that is not finite arose.</param>
/// <param name="step">Divergence only: the step, from 1, that could not be done.</param>
public sealed class TrialFailure(AttemptCause cause, string message, string? layer = null, long? step = null, Exception? inner = null)
    : Exception(message, inner)
{
    public AttemptCause Cause => cause;

    public string? Layer => layer;

    public long? Step => step;

    /// <summary>The last line of a process that <paramref name="exception"/> ended.</summary>
    public static ProcessMessage.Failed MessageOf(Exception exception) =>
        exception switch
        {
            TrialFailure failure => new(failure.Cause, failure.Message, failure.Layer, failure.Step),
            DatasetException => new(AttemptCause.Data, exception.Message),
            _ when IsNoRoom(exception) => new(AttemptCause.Storage, FirstLine(exception)),
            StorageException => new(AttemptCause.Storage, exception.Message),
            CheckpointException => new(AttemptCause.Crash, exception.Message),
            _ when IsOutOfMemory(exception) => new(AttemptCause.OutOfMemory, FirstLine(exception)),
            _ => new(AttemptCause.Crash, $"{exception.GetType().Name}: {FirstLine(exception)}"),
        };

    /// <summary>The disk or the quota is full (ENOSPC, EDQUOT): the same attempt may do well a little later.</summary>
    static bool IsNoRoom(Exception? exception) =>
        exception is IOException { HResult: 28 or 122 } || (exception?.InnerException is { } inner && IsNoRoom(inner));

    static bool IsOutOfMemory(Exception exception) => exception is OutOfMemoryException || OutOfMemoryText.IsIn(exception.Message);

    /// <summary>libtorch appends its native stack to the message.</summary>
    static string FirstLine(Exception exception) => exception.Message.Split('\n', 2)[0];
}
