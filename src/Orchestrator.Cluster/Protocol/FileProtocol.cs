namespace Orchestrator.Cluster.Protocol;

/// <summary>What a node is asked to delete of what it keeps, in its data folder and in its storage.</summary>
public static class FileProtocol
{
    /// <summary>Asked of any node, as often as somebody likes. Answered by <see cref="Deleted"/> or <see cref="NotDeleted"/>.</summary>
    public interface IDelete : IProtocolMessage
    {
        string Sweep { get; }
    }

    /// <summary>Everything of a sweep.</summary>
    public sealed record DeleteSweep(string Sweep) : IDelete;

    /// <summary>Checkpoints of one trial.</summary>
    /// <param name="Attempts">Those of its attempts up to this one.</param>
    /// <param name="Kept">Path or address of the newest, where it and what is newer stays; null where none does.</param>
    public sealed record DeleteCheckpoints(string Sweep, int Trial, int Attempts, string? Kept) : IDelete;

    public sealed record Deleted : IProtocolMessage;

    public sealed record NotDeleted(string Reason) : IProtocolMessage;
}
