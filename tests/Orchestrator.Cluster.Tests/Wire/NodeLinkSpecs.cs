using System.Buffers.Binary;
using System.IO.Pipelines;
using System.Net;
using System.Net.Sockets;
using Akka.Actor;
using Akka.Remote.Transport;
using Google.Protobuf;
using Orchestrator.Cluster.Wire;

namespace Orchestrator.Cluster.Tests.Wire;

/// <summary>Two ends of one connection.</summary>
public sealed class NodeLinkSpecs
{
    const int Largest = 1 << 20;
    static readonly Address Here = new("tcp", "test", "127.0.0.1", 1),
        There = new("tcp", "test", "127.0.0.1", 2);

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task All_that_was_written_before_the_end_arrives_in_order_and_then_the_end()
    {
        var (near, far) = await PairAsync();
        var (nearHeard, farHeard) = (new Heard(near), new Heard(far));
        var running = Task.WhenAll(near.RunAsync(null), far.RunAsync(null));
        Assert.True(far.Write(ByteString.CopyFromUtf8("hello")));
        var sent = Enumerable.Range(1, 2000).Select(number => ByteString.CopyFrom(new byte[number * 7919 % 5000 + 1])).ToList();
        foreach (var message in sent)
            Assert.True(near.Write(message));

        near.End();
        await running.WaitAsync(TimeSpan.FromSeconds(20), Cancel);

        Assert.Equal(sent.Select(message => message.Length), farHeard.Messages.Select(message => message.Length));
        Assert.True(farHeard.Ended && nearHeard.Ended);
        Assert.False(near.Write(sent[0]));
    }

    [Fact]
    public async Task A_side_that_takes_nothing_makes_the_writer_wait_and_the_end_come_all_the_same()
    {
        var (near, _) = await PairAsync();
        _ = new Heard(near);
        var running = near.RunAsync(ByteString.CopyFromUtf8("hello"));
        var message = ByteString.CopyFrom(new byte[Largest]);
        var written = 0;
        while (near.Write(message))
            Assert.True(++written < 100, "whatever is written is kept");

        near.End();
        await running.WaitAsync(TimeSpan.FromSeconds(20), Cancel);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(int.MinValue)]
    [InlineData(int.MaxValue)]
    [InlineData(Largest + 1)]
    public async Task A_length_that_no_message_has_is_refused_before_anything_is_kept_for_it(int length)
    {
        var head = new byte[16];
        BinaryPrimitives.WriteInt32LittleEndian(head, length);
        await Assert.ThrowsAsync<FrameException>(() => ReadAsync(head));
    }

    [Fact]
    public async Task A_message_cut_anywhere_is_refused_and_the_clean_end_is_none()
    {
        byte[] whole = [3, 0, 0, 0, 7, 8, 9];
        for (var cut = 1; cut < whole.Length; cut++)
            await Assert.ThrowsAsync<FrameException>(() => ReadAsync(whole[..cut]));
        var reader = PipeReader.Create(new MemoryStream(whole));
        Assert.Equal([7, 8, 9], (await Frames.ReadAsync(reader, Largest, Cancel))!.ToByteArray());
        Assert.Null(await Frames.ReadAsync(reader, Largest, Cancel));
    }

    static Task<ByteString?> ReadAsync(byte[] bytes) =>
        Frames.ReadAsync(PipeReader.Create(new MemoryStream(bytes)), Largest, Cancel).AsTask();

    static async Task<(NodeLink Near, NodeLink Far)> PairAsync()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var near = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await near.ConnectAsync(listener.LocalEndpoint, Cancel);
        return (Link(Here, There, near), Link(There, Here, await listener.AcceptSocketAsync(Cancel)));

        static NodeLink Link(Address local, Address remote, Socket socket)
        {
            var stream = new NetworkStream(socket);
            return new NodeLink(local, remote, socket, stream, Reception.Reader(stream), Largest, TimeSpan.FromSeconds(10));
        }
    }

    sealed class Heard : IHandleEventListener
    {
        public Heard(NodeLink link) => link.ReadHandlerSource.SetResult(this);

        public List<ByteString> Messages { get; } = [];

        public bool Ended { get; private set; }

        public void Notify(IHandleEvent ev)
        {
            if (ev is InboundPayload payload)
                Messages.Add(payload.Payload);
            else
                Ended = ev is Disassociated;
        }
    }
}
