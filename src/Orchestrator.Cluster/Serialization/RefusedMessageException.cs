using System.Runtime.Serialization;

namespace Orchestrator.Cluster.Serialization;

/// <summary>Why a message from another node was not taken.</summary>
public enum RefusalReason
{
    UnknownManifest,

    /// <summary>It holds a type where another one belongs.</summary>
    ForeignType,
    Damaged,
    TooLarge,
}

public sealed class RefusedMessageException(RefusalReason reason, string message, Exception? inner = null)
    : SerializationException(message, inner)
{
    public RefusalReason Reason => reason;
}
