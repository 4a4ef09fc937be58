using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Threading.Channels;

namespace Orchestrator.TestKit;

/// <summary>Mail as it came.</summary>
/// <param name="To">As the envelope says.</param>
public sealed record Mailed(IReadOnlyList<string> To, string Text)
{
    public string Header(string name) =>
        Text.Split("\r\n")
            .TakeWhile(line => line.Length > 0)
            .First(line => line.StartsWith($"{name}: ", StringComparison.OrdinalIgnoreCase))[(name.Length + 2)..];

    /// <summary>What of it is base64, in order.</summary>
    public IReadOnlyList<byte[]> Parts =>
        [
            .. Text.Split("Content-Transfer-Encoding: base64")
                .Skip(1)
                .Select(part => part[(part.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4)..])
                .Select(part => part.Split("\r\n").TakeWhile(line => line.Length > 0 && !line.StartsWith("--", StringComparison.Ordinal)))
                .Select(lines => Convert.FromBase64String(string.Concat(lines))),
        ];
}

/// <summary>As much of an SMTP server as takes mail, at a free port of this machine. It has no TLS.</summary>
public sealed class MailServer : IAsyncDisposable
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    readonly Channel<Mailed> _mailed = Channel.CreateUnbounded<Mailed>();
    readonly ConcurrentQueue<(string Verb, int Code)> _answers = new();
    readonly Task _accepting;

    public MailServer()
    {
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>The next line that begins so is answered by this code.</summary>
    public void Answer(string verb, int code) => _answers.Enqueue((verb, code));

    public async Task<Mailed> NextAsync() =>
        await _mailed.Reader.ReadAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(Patience);

    public int Left => _mailed.Reader.Count;

    public async ValueTask DisposeAsync()
    {
        _listener.Stop();
        await _accepting;
    }

    async Task AcceptAsync()
    {
        try
        {
            while (true)
                _ = ServeAsync(await _listener.AcceptTcpClientAsync());
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException) { }
    }

    async Task ServeAsync(TcpClient client)
    {
        try
        {
            using (client)
            {
                using var reader = new StreamReader(client.GetStream(), Encoding.ASCII);
                await using var writer = new StreamWriter(client.GetStream(), Encoding.ASCII) { NewLine = "\r\n", AutoFlush = true };
                await writer.WriteLineAsync("220 test");
                var to = new List<string>();
                while (await reader.ReadLineAsync() is { } line)
                {
                    if (
                        _answers.TryPeek(out var answer)
                        && line.StartsWith(answer.Verb, StringComparison.Ordinal)
                        && _answers.TryDequeue(out _)
                    )
                    {
                        await writer.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{answer.Code} no"));
                        continue;
                    }

                    if (line.StartsWith("RCPT TO:", StringComparison.Ordinal))
                        to.Add(line[8..].Trim('<', '>'));
                    await writer.WriteLineAsync(
                        line switch
                        {
                            "DATA" => "354 go on",
                            "QUIT" => "221 bye",
                            _ => "250 well",
                        }
                    );
                    if (line == "DATA")
                    {
                        _mailed.Writer.TryWrite(new Mailed([.. to], await ReadAsync(reader)));
                        await writer.WriteLineAsync("250 taken");
                    }
                }
            }
        }
        catch (IOException)
        {
            // Whoever called has left.
        }
    }

    static async Task<string> ReadAsync(StreamReader reader)
    {
        var text = new StringBuilder();
        while (await reader.ReadLineAsync() is { } line && line != ".")
            text.Append(line.StartsWith('.') ? line[1..] : line).Append("\r\n");
        return text.ToString();
    }
}
