using System.IO.Pipelines;
using System.Net;
using System.Net.Sockets;
using Google.Protobuf;
using Orchestrator.Cluster.Metrics;

namespace Orchestrator.Cluster.Wire;

/// <summary>A connection whose two sides have shown who they are.</summary>
/// <param name="First">The other side's first message, where it has already been read.</param>
sealed record Agreed(Socket Socket, Stream Stream, PipeReader Reader, ByteString? First = null);

/// <summary>Takes the connections that others begin, and lets those in that have shown who they are and said something.</summary>
/// <param name="tls">Null: plain TCP.</param>
sealed class Reception(Doorway doorway, MutualTls? tls, ConnectionLog failures)
{
    /// <summary>An association's first message: addresses and a number.</summary>
    const int LargestFirst = 16 * 1024;

    static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    public async Task RunAsync(Socket listener, Action<IPEndPoint, Agreed> admit, CancellationToken over)
    {
        while (!over.IsCancellationRequested)
        {
            try
            {
                _ = ReceiveAsync(await listener.AcceptAsync(over), admit, over);
            }
            catch (SocketException)
            {
                // No room for another file, for example: some are given back soon.
                await Task.WhenAny(Task.Delay(Pause, over));
            }
            catch (Exception error) when (error is OperationCanceledException or ObjectDisposedException)
            {
                return;
            }
        }
    }

    public static PipeReader Reader(Stream stream) =>
        PipeReader.Create(stream, new StreamPipeReaderOptions(bufferSize: LargestFirst, leaveOpen: true));

    async Task ReceiveAsync(Socket socket, Action<IPEndPoint, Agreed> admit, CancellationToken over)
    {
        using var visit = doorway.Enter();
        var peer = "an unknown address";
        try
        {
            var from = (IPEndPoint)socket.RemoteEndPoint!;
            peer = Endpoints.HostOf(from.Address);
            socket.NoDelay = true;
            Stream stream = new NetworkStream(socket);
            if (tls is not null)
                stream = await tls.AsServerAsync(stream, visit.Over);
            var reader = Reader(stream);
            var first =
                await Frames.ReadAsync(reader, LargestFirst, visit.Over)
                ?? throw new ConnectionException(ConnectionFailure.Closed, "it ended before it had said anything");
            admit(from, new Agreed(socket, stream, reader, first));
        }
        catch (Exception error)
        {
            socket.Dispose();
            var failure = visit.WasCrowdedOut
                ? new ConnectionException(ConnectionFailure.Crowded, "too many others were waiting to show who they are")
                : ConnectionException.Of(error, connected: true);
            if (!over.IsCancellationRequested)
                failures.Failed(ConnectionDirection.Inbound, peer, failure);
        }
    }
}
