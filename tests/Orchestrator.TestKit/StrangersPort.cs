using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Orchestrator.TestKit;

/// <summary>What listens where a node is called, and is none.</summary>
public enum Stranger
{
    AcceptsAndCloses,
    SpeaksHttp,
    Resets,
    ShowsAnExpiredCertificate,
    ShowsACertificateOfAnotherAuthority,
    StaysSilent,
    SendsGarbage,
    SpeaksAkkaWithoutTls,
    DripsBytes,
    AnnouncesAHugeMessage,
}

/// <summary>A stranger at a port of loopback, from the moment it is made until its end.</summary>
public sealed class StrangersPort : IAsyncDisposable
{
    static readonly byte[] Http = Encoding.ASCII.GetBytes("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");

    // A frame that Akka.NET's own transport would take for a heartbeat.
    static readonly byte[] AkkaFrame = [4, 0, 0, 0, 0x12, 0x02, 0x08, 0x03];

    readonly TcpListener _listener;
    readonly Stranger _kind;
    readonly X509Certificate2? _certificate;
    readonly CancellationTokenSource _over = new();
    readonly Task _accepting;
    int _visits;

    /// <param name="authority">That the nodes trust.</param>
    /// <param name="other">That they do not.</param>
    public StrangersPort(int port, Stranger kind, TestAuthority authority, TestAuthority other)
    {
        _kind = kind;
        if (kind is Stranger.ShowsAnExpiredCertificate)
            _certificate = Load(authority.Issue("expired", expired: true));
        if (kind is Stranger.ShowsACertificateOfAnotherAuthority)
            _certificate = Load(other.Issue("other"));
        _listener = new TcpListener(IPAddress.Loopback, port);
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>How often it was called so far.</summary>
    public int Visits => Volatile.Read(ref _visits);

    public async ValueTask DisposeAsync()
    {
        await _over.CancelAsync();
        _listener.Stop();
        await _accepting;
        _over.Dispose();
        _certificate?.Dispose();
    }

    static X509Certificate2 Load((string Certificate, string Key) files)
    {
        using var pem = X509Certificate2.CreateFromPemFile(files.Certificate, files.Key);
        return X509CertificateLoader.LoadPkcs12(pem.Export(X509ContentType.Pkcs12), null);
    }

    async Task AcceptAsync()
    {
        var visits = new List<Task>();
        try
        {
            while (true)
                visits.Add(AnswerAsync(await _listener.AcceptSocketAsync(_over.Token)));
        }
        catch (Exception error) when (error is OperationCanceledException or SocketException or InvalidOperationException) // stopped
        {
            await Task.WhenAll(visits);
        }
    }

    async Task AnswerAsync(Socket socket)
    {
        Interlocked.Increment(ref _visits);
        using var visit = socket;
        await using var stream = new NetworkStream(socket);
        try
        {
            switch (_kind)
            {
                case Stranger.AcceptsAndCloses:
                    return;
                case Stranger.Resets:
                    socket.LingerState = new LingerOption(true, 0);
                    return;
                case Stranger.StaysSilent:
                    await Task.Delay(Timeout.Infinite, _over.Token);
                    return;
                case Stranger.SpeaksHttp:
                    _ = await stream.ReadAsync(new byte[1024], _over.Token);
                    await stream.WriteAsync(Http, _over.Token);
                    return;
                case Stranger.SendsGarbage:
                    await stream.WriteAsync(Enumerable.Repeat((byte)0xa5, 100_000).ToArray(), _over.Token);
                    return;
                case Stranger.SpeaksAkkaWithoutTls:
                    await stream.WriteAsync(AkkaFrame, _over.Token);
                    _ = await stream.ReadAsync(new byte[1024], _over.Token);
                    return;
                case Stranger.AnnouncesAHugeMessage:
                    await stream.WriteAsync(new byte[] { 0x16, 0x03, 0x03, 0x7f }, _over.Token);
                    await Task.Delay(Timeout.Infinite, _over.Token);
                    return;
                case Stranger.DripsBytes:
                    for (; ; await Task.Delay(100, _over.Token))
                        await stream.WriteAsync(new byte[] { 0x16 }, _over.Token);
                default:
                    await using (var tls = new SslStream(stream))
                    {
                        var options = new SslServerAuthenticationOptions { ServerCertificate = _certificate };
                        await tls.AuthenticateAsServerAsync(options, _over.Token);
                        _ = await tls.ReadAsync(new byte[1024], _over.Token);
                    }

                    return;
            }
        }
        catch (Exception)
        {
            // The node had enough of it, or the test is over.
        }
    }
}
