using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Orchestrator.EndToEnd.Tests.Starting;

/// <summary>Listens on loopback and keeps the head of every request: a coordinator or a proxy, to whoever calls it one.</summary>
sealed class Recorder : IAsyncDisposable
{
    readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    readonly List<string> _heads = [];
    readonly Task _serving;

    /// <param name="answer">Status line, headers and body.</param>
    public Recorder(string answer)
    {
        _listener.Start();
        _serving = Serve(Encoding.UTF8.GetBytes(answer));
    }

    /// <summary>An answer with a body of JSON.</summary>
    public static string Json(string body) =>
        $"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {Encoding.UTF8.GetByteCount(body)}\r\nConnection: "
        + $"close\r\n\r\n{body}";

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public IReadOnlyList<string> Heads
    {
        get
        {
            lock (_heads)
                return [.. _heads];
        }
    }

    public async ValueTask DisposeAsync()
    {
        _listener.Stop();
        await _serving;
    }

    async Task Serve(byte[] answer)
    {
        try
        {
            while (true)
            {
                using var caller = await _listener.AcceptTcpClientAsync();
                var stream = caller.GetStream();
                var head = await Head(stream);
                lock (_heads)
                    _heads.Add(head);
                await stream.WriteAsync(answer);
            }
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException)
        {
            // the test is over
        }
    }

    static async Task<string> Head(NetworkStream stream)
    {
        var (text, buffer) = (new StringBuilder(), new byte[4096]);
        while (!text.ToString().Contains("\r\n\r\n", StringComparison.Ordinal) && await stream.ReadAsync(buffer) is > 0 and var count)
            text.Append(Encoding.UTF8.GetString(buffer, 0, count));
        return text.ToString();
    }
}
