using System.IO.Pipelines;
using System.Net.Sockets;
using System.Threading.Channels;
using Akka.Actor;
using Akka.Remote.Transport;
using Google.Protobuf;
using Orchestrator.Cluster.Metrics;

namespace Orchestrator.Cluster.Wire;

/// <summary>
/// One connection between two nodes that has been agreed on: messages in both directions, in order, until one side ends it.
/// </summary>
/// <param name="stream">The stream of the socket, encrypted or not.</param>
/// <param name="largest">Bytes of the largest message that is taken.</param>
/// <param name="patience">For the first message of the other side.</param>
sealed class NodeLink(Address local, Address remote, Socket socket, Stream stream, PipeReader reader, long largest, TimeSpan patience)
    : AssociationHandle(local, remote)
{
    /// <summary>What is written at once at most; a message is never parted.</summary>
    const int Batch = 64 * 1024;

    /// <summary>Bytes that wait to be sent, from which on the sender has to wait.</summary>
    const long MostWaiting = 8 << 20;

    /// <summary>A link that nobody takes up ends.</summary>
    static readonly TimeSpan TakeUp = TimeSpan.FromSeconds(15);

    /// <summary>What was written before the end is sent; a side that does not take it is not waited for any longer.</summary>
    static readonly TimeSpan FlushWait = TimeSpan.FromSeconds(2);

    readonly Channel<ByteString> _outgoing = Channel.CreateUnbounded<ByteString>(new UnboundedChannelOptions { SingleReader = true });
    readonly CancellationTokenSource _over = new();
    long _waiting;
    volatile bool _ending;

    public override bool Write(ByteString payload)
    {
        if (Interlocked.Read(ref _waiting) > MostWaiting || !_outgoing.Writer.TryWrite(payload))
            return false;
        Interlocked.Add(ref _waiting, payload.Length);
        return true;
    }

    [Obsolete("Akka.NET calls it through the method that takes a reason.")]
    public override void Disassociate() => End();

    /// <summary>Sends what was written so far, and then no more; what still comes in is dropped.</summary>
    public void End()
    {
        _ending = true;
        if (_outgoing.Writer.TryComplete())
            _over.CancelAfter(FlushWait);
    }

    /// <summary>Runs the link to its end.</summary>
    /// <param name="first">The other side's first message, where it has already been read.</param>
    /// <returns>What the other side did that no node does; null where it, or we, just ended.</returns>
    public async Task<Exception?> RunAsync(ByteString? first)
    {
        var sending = SendAsync();
        var info = DisassociateInfo.Unknown;
        Exception? broken = null;
        IHandleEventListener? listener = null;
        try
        {
            listener = await ReadHandlerSource.Task.WaitAsync(TakeUp, _over.Token);
            // The listener is set on a thread of its own that has other things to do.
            await Task.Yield();
            first ??= await FirstAsync();
            for (var message = first; message is not null; message = await Frames.ReadAsync(reader, largest, _over.Token))
                if (!_ending)
                    listener.Notify(new InboundPayload(message));
        }
        catch (Exception error) when (error is OperationCanceledException or TimeoutException or ObjectDisposedException) { }
        catch (Exception error)
        {
            var isReset = error.GetBaseException() is SocketException;
            if (isReset)
                info = DisassociateInfo.Shutdown;
            if (!_ending && !(isReset && first is not null))
                broken = error;
        }

        _outgoing.Writer.TryComplete();
        await _over.CancelAsync();
        await sending;
        socket.Dispose();
        await stream.DisposeAsync();
        listener?.Notify(new Disassociated(info));
        return broken;
    }

    async Task<ByteString> FirstAsync()
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(_over.Token);
        limit.CancelAfter(patience);
        try
        {
            return await Frames.ReadAsync(reader, largest, limit.Token)
                ?? throw new ConnectionException(ConnectionFailure.Closed, "it ended before it had said anything");
        }
        catch (OperationCanceledException) when (!_over.IsCancellationRequested)
        {
            throw new ConnectionException(ConnectionFailure.Timeout, "it said nothing in the time it has");
        }
    }

    async Task SendAsync()
    {
        var pipe = PipeWriter.Create(stream, new StreamPipeWriterOptions(leaveOpen: true));
        try
        {
            while (await _outgoing.Reader.WaitToReadAsync(_over.Token))
            {
                var bytes = 0L;
                while (bytes < Batch && _outgoing.Reader.TryRead(out var message))
                {
                    Frames.Append(pipe, message);
                    bytes += message.Length;
                }

                await pipe.FlushAsync(_over.Token);
                Interlocked.Add(ref _waiting, -bytes);
            }

            // The other side reads all of it, and then ends too.
            socket.Shutdown(SocketShutdown.Send);
        }
        catch (Exception)
        {
            // Whatever went wrong, the link is of no use any more; the reading side says why.
            await _over.CancelAsync();
        }
    }
}
