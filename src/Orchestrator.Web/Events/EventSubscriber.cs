using System.Threading.Channels;

namespace Orchestrator.Web.Events;

/// <summary>One subscriber's queue. When it is full the subscriber is too slow and is cut off: it may come again and go on where it
/// stopped.</summary>
/// <param name="caller">Whose it is.</param>
/// <param name="mayStay">Whether the caller may still listen: a token can be revoked meanwhile.</param>
sealed class EventSubscriber(string caller, int backlog, Func<bool> mayStay) : IDisposable
{
    readonly Channel<ReadOnlyMemory<byte>> _queue = Channel.CreateBounded<ReadOnlyMemory<byte>>(
        new BoundedChannelOptions(backlog) { SingleReader = true }
    );
    readonly CancellationTokenSource _cut = new();

    public string Caller => caller;

    public ChannelReader<ReadOnlyMemory<byte>> Queue => _queue.Reader;

    /// <summary>Cancelled when the subscriber is cut off.</summary>
    public CancellationToken Cut => _cut.Token;

    public void Offer(ReadOnlyMemory<byte> events)
    {
        if (!_queue.Writer.TryWrite(events))
            CutOff();
    }

    public void CheckAccess()
    {
        if (!mayStay())
            CutOff();
    }

    public void CutOff() => _cut.Cancel();

    public void Dispose() => _cut.Dispose();
}
