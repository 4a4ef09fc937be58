using Akka.Actor;
using Orchestrator.Cluster.Protocol;
using Orchestrator.Cluster.Serialization;

namespace Orchestrator.Cluster.Workers;

/// <summary>What a slot has to report and the journal does not have yet. One report is on its way at a time, in order: the journal takes a
/// report only if it is newer than the last one it took.</summary>
/// <param name="waiting">Told how many reports there are.</param>
sealed class ReportQueue(IActorRef coordinator, Action<int> waiting)
{
    readonly Queue<WorkProtocol.WorkReport> _unconfirmed = new();
    long _sequence;

    public bool IsEmpty => _unconfirmed.Count == 0;

    /// <param name="report">Makes the report with its sequence number.</param>
    /// <exception cref="RefusedMessageException">No coordinator would take it: it could be sent for ever. Nothing was added.</exception>
    public void Add(Func<long, WorkProtocol.WorkReport> report)
    {
        var made = report(_sequence + 1);
        MessagePayload.Write(made);
        _sequence++;
        _unconfirmed.Enqueue(made);
        waiting(_unconfirmed.Count);
        if (_unconfirmed.Count == 1)
            SendOldest();
    }

    public void SendOldest()
    {
        if (_unconfirmed.TryPeek(out var oldest))
            coordinator.Tell(oldest);
    }

    public void Confirm(long sequence)
    {
        if (!_unconfirmed.TryPeek(out var oldest) || oldest.Sequence != sequence)
            return;
        _unconfirmed.Dequeue();
        waiting(_unconfirmed.Count);
        SendOldest();
    }

    public void Clear()
    {
        _unconfirmed.Clear();
        waiting(0);
        _sequence = 0;
    }
}
