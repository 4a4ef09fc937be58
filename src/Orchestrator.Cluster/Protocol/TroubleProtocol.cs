using Akka.Actor;

namespace Orchestrator.Cluster.Protocol;

/// <summary>What is published on the event stream of a process whose journal or log cannot be written, and when it can again.</summary>
public static class TroubleProtocol
{
    /// <summary>Something could not be kept, or what was kept not be read.</summary>
    public sealed record JournalFailed(Exception Cause) : INoSerializationVerificationNeeded;

    /// <summary>Something was kept.</summary>
    public sealed record JournalWritten : INoSerializationVerificationNeeded
    {
        JournalWritten() { }

        public static JournalWritten Instance { get; } = new();
    }

    /// <summary>The log's lines are dropped, until they can be written. Said each time that was tried in vain.</summary>
    public sealed record LogFailed(string Reason) : INoSerializationVerificationNeeded;
}
