using Akka.Actor;
using Orchestrator.Cluster.Protocol;
using Orchestrator.Cluster.Serialization;

namespace Orchestrator.Cluster.Workers;

/// <summary>What a slot has to report and the journal does not have yet. One message is on its way at a time, with all that waited when it
/// was sent, in order: the journal takes a report only if it is newer than the last one it took.</summary>
/// <param name="waiting">Told how many reports there are.</param>
/// <param name="soon">Told that there is something to <see cref="SendNew"/>, best after what is reported along with it.</param>
sealed class ReportQueue(IActorRef coordinator, Action<int> waiting, Action soon)
{
    // What holds several is no larger than all of them alone and this.
    const int Envelope = 4096;

    readonly Queue<(WorkProtocol.WorkReport Report, int Bytes)> _unconfirmed = new();
    long _sequence,
        _sent;

    public bool IsEmpty => _unconfirmed.Count == 0;

    /// <param name="report">Makes the report with its sequence number.</param>
    /// <exception cref="RefusedMessageException">No coordinator would take it: it could be sent for ever. Nothing was added.</exception>
    public void Add(Func<long, WorkProtocol.WorkReport> report)
    {
        var made = report(_sequence + 1);
        var bytes = MessagePayload.Write(made).Length;
        _sequence++;
        _unconfirmed.Enqueue((made, bytes));
        waiting(_unconfirmed.Count);
        if (_unconfirmed.Count == 1)
            soon();
    }

    /// <summary>Sends what waits, unless something is on its way.</summary>
    public void SendNew()
    {
        if (_unconfirmed.TryPeek(out var oldest) && oldest.Report.Sequence > _sent)
            Send();
    }

    /// <summary>Sends what is not confirmed, be it on its way or not.</summary>
    public void Send()
    {
        var room = MessagePayload.MaxBytes - Envelope;
        var together = _unconfirmed
            .TakeWhile((next, index) => (room -= next.Bytes) >= 0 || index == 0)
            .Select(next => next.Report)
            .ToList();
        if (together.Count == 0)
            return;
        _sent = together[^1].Sequence;
        coordinator.Tell(WorkProtocol.Reports.Of(together));
    }

    public void Confirm(long sequence)
    {
        while (_unconfirmed.TryPeek(out var oldest) && oldest.Report.Sequence <= sequence)
            _unconfirmed.Dequeue();
        waiting(_unconfirmed.Count);
        SendNew();
    }

    public void Clear()
    {
        _unconfirmed.Clear();
        waiting(0);
        (_sequence, _sent) = (0, 0);
    }
}
