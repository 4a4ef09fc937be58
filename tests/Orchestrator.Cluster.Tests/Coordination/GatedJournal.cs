using System.Collections.Immutable;
using Akka.Actor;
using Akka.Persistence;
using Akka.Persistence.Journal;

namespace Orchestrator.Cluster.Tests.Coordination;

/// <summary>A journal in memory whose writes wait, once it is told to hold them, until it is told what becomes of them.</summary>
public sealed class GatedJournal : MemoryJournal
{
    public const string Hocon = """
        akka.persistence.journal {
          plugin = "akka.persistence.journal.gated"
          gated.class = "Orchestrator.Cluster.Tests.Coordination.GatedJournal, Orchestrator.Cluster.Tests"
        }
        """;

    readonly List<int> _writes = [];
    TaskCompletionSource<bool>? _gate;

    public static IActorRef Of(ActorSystem system) => Persistence.Instance.Apply(system).JournalFor(null);

    protected override async Task<IImmutableList<Exception>> WriteMessagesAsync(
        IEnumerable<AtomicWrite> messages,
        CancellationToken cancellationToken
    )
    {
        var writes = messages.ToList();
        _writes.Add(writes.Count);
        if (_gate is { } gate && !await gate.Task)
            throw new IOException("the disk is full");
        return await base.WriteMessagesAsync(writes, cancellationToken);
    }

    protected override bool ReceivePluginInternal(object message)
    {
        switch (message)
        {
            case Hold:
                _gate = new TaskCompletionSource<bool>();
                _writes.Clear();
                Sender.Tell(new Done());
                return true;
            case Release release:
                _gate!.SetResult(release.IsKept);
                return true;
            case Open:
                _gate = null;
                Sender.Tell(_writes.ToImmutableList());
                return true;
            default:
                return base.ReceivePluginInternal(message);
        }
    }

    /// <summary>Answered once every later write waits.</summary>
    public sealed record Hold;

    public sealed record Done;

    /// <summary>The writes that wait are kept, or fail, and so do all until the next <see cref="Open"/>.</summary>
    public sealed record Release(bool IsKept);

    /// <summary>Answered with how many decisions each write since <see cref="Hold"/> held.</summary>
    public sealed record Open;
}
