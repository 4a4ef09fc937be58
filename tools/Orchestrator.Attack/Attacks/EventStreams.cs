using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;

namespace Orchestrator.Attack.Attacks;

/// <summary>One caller that follows as many event streams as it can.</summary>
sealed class EventStreams : IAttack
{
    const int Count = 150;
    const string Path = "/api/events";

    public async IAsyncEnumerable<Outcome> RunAsync(Target target, TimeSpan time, [EnumeratorCancellation] CancellationToken cancel)
    {
        var streams = new List<HttpResponseMessage>();
        for (var i = 0; i < Count; i++)
            streams.Add(await OpenAsync(target.Http, cancel));
        var open = streams.Count(stream => stream.IsSuccessStatusCode);
        using var other = new HttpClient(new SocketsHttpHandler { UseProxy = false, ConnectCallback = FromElsewhereAsync })
        {
            BaseAddress = target.Address,
        };
        using var theirs = await OpenAsync(other, cancel);
        streams.ForEach(stream => stream.Dispose());
        yield return new Outcome(
            $"{Count} event streams of one caller",
            "another caller still gets one",
            $"{open} opened, another caller {(theirs.IsSuccessStatusCode ? "got one" : "got none")}",
            theirs.IsSuccessStatusCode && open < Count
        );
    }

    static async Task<HttpResponseMessage> OpenAsync(HttpClient client, CancellationToken cancel)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, Path);
        return await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancel);
    }

    static async ValueTask<Stream> FromElsewhereAsync(SocketsHttpConnectionContext context, CancellationToken cancel)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Parse("127.0.0.2"), 0));
        await socket.ConnectAsync(IPAddress.Loopback, context.DnsEndPoint.Port, cancel);
        return new NetworkStream(socket, ownsSocket: true);
    }
}
