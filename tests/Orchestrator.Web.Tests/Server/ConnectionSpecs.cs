using System.Net;
using System.Net.Sockets;
using Orchestrator.Web.Server;
using Orchestrator.Web.Tests.Running;

namespace Orchestrator.Web.Tests.Server;

/// <summary>Connections that say nothing.</summary>
[Collection(nameof(Sequential))]
public sealed class ConnectionSpecs
{
    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Silent_connections_shut_nobody_out()
    {
        await using var node = await TestNode.StartAsync();
        var silent = new List<Socket>();
        try
        {
            for (var i = 0; i < 1000; i++)
                silent.Add(await ConnectAsync(node));
            using var probe = await node.Client.CallAsync(HttpMethod.Get, "/healthz");
            Assert.Equal(HttpStatusCode.OK, probe.StatusCode);
            using var listed = await node.Client.CallAsync(HttpMethod.Get, "/api/sweeps");
            Assert.Equal(HttpStatusCode.OK, listed.StatusCode);
        }
        finally
        {
            silent.ForEach(socket => socket.Dispose());
        }
    }

    [Fact]
    public async Task A_connection_that_says_nothing_is_closed()
    {
        await using var node = await TestNode.StartAsync(new() { Limits = new WebLimits { FirstByte = TimeSpan.FromMilliseconds(200) } });
        using var silent = await ConnectAsync(node);
        Assert.Equal(0, await ReadAsync(silent));
    }

    /// <summary>Who has said something is not silent, and waits for its answer in peace.</summary>
    [Fact]
    public async Task A_connection_that_speaks_is_kept_while_silent_ones_come()
    {
        await using var node = await TestNode.StartAsync(new() { Limits = new WebLimits { ConnectionsOfOne = 3 } });
        using var events = await EventStream.OpenAsync(node.Client);
        await events.NextAsync();
        var silent = new List<Socket>();
        for (var i = 0; i < 10; i++)
            silent.Add(await ConnectAsync(node));
        // The first of them made room for the last.
        Assert.Equal(0, await ReadAsync(silent[0]));
        using var submitted = await node.Client.SubmitAsync(Calls.Sweep("mine"));
        Assert.True(submitted.IsSuccessStatusCode);
        await events.UntilAsync("sweep", _ => true);
        silent.ForEach(socket => socket.Dispose());
    }

    static async Task<Socket> ConnectAsync(TestNode node)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(IPAddress.Loopback, node.Address.Port, Cancel);
        return socket;
    }

    /// <returns>0 when the node has closed it.</returns>
    static async Task<int> ReadAsync(Socket socket)
    {
        try
        {
            return await socket.ReceiveAsync(new byte[1], SocketFlags.None, Cancel).AsTask().WaitAsync(TimeSpan.FromSeconds(30), Cancel);
        }
        catch (SocketException)
        {
            return 0;
        }
    }
}
