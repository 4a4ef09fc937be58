using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Akka.Actor;
using Orchestrator.Cluster.Metrics;
using Orchestrator.Cluster.Wire;

namespace Orchestrator.Cluster.Tests.Wire;

/// <summary>Whoever calls a node and is none: it is shown out, and nobody else waits for it.</summary>
[Trait("Needs", "time")]
public sealed class VisitorSpecs : IAsyncLifetime
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    readonly TestAuthority _authority = new(),
        _other = new();
    WireHost _node = null!;

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static TheoryData<string> Words =>
        new(
            "",
            "G",
            "GET / HTTP/1.1\r\n\r\n",
            "\u0016\u0003\u0001",
            "\u0016\u0003\u0001\u0002\0\u0001\0",
            "\0\0\0\0",
            "\0\0\0\u007f",
            "SSH-2.0-x\r\n",
            new string('\u00a5', 100_000)
        );

    public async ValueTask InitializeAsync() => _node = await WireHost.StartAsync(WireHost.Certificate(_authority, "node"));

    public async ValueTask DisposeAsync()
    {
        await _node.DisposeAsync();
        _authority.Dispose();
        _other.Dispose();
    }

    [Theory]
    [MemberData(nameof(Words))]
    public async Task Junk_is_shown_out_in_its_time(string words)
    {
        using var visitor = await CallAsync();
        try
        {
            await visitor.GetStream().WriteAsync(Encoding.Latin1.GetBytes(words), Cancel);
        }
        catch (IOException)
        {
            // Shown out before it had said all of it.
        }

        Assert.True(await IsShownOutAsync(visitor));
        await CountedAsync(1);
        await IsHeardAsync();
    }

    [Fact]
    public async Task Junk_is_shown_out_where_there_is_no_certificate_too()
    {
        await using var plain = await WireHost.StartAsync(null);
        foreach (var words in Words.Select(row => row.Data))
        {
            using var visitor = new TcpClient();
            await visitor.ConnectAsync(IPAddress.Loopback, plain.Port, Cancel);
            try
            {
                await visitor.GetStream().WriteAsync(Encoding.Latin1.GetBytes(words), Cancel);
            }
            catch (IOException) { }

            Assert.True(await IsShownOutAsync(visitor));
        }

        Assert.False(plain.System.WhenTerminated.IsCompleted);
    }

    [Theory]
    [InlineData(false, false)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public async Task A_certificate_that_is_not_good_here_is_counted_as_that(bool shown, bool expired)
    {
        using var visitor = await CallAsync();
        await using var tls = new SslStream(visitor.GetStream(), false, (_, _, _, _) => true);
        var options = new SslClientAuthenticationOptions { TargetHost = "node" };
        if (shown || expired)
        {
            var (certificate, key) = expired ? _authority.Issue("late", expired: true) : _other.Issue("other");
            using var pem = X509Certificate2.CreateFromPemFile(certificate, key);
            options.ClientCertificates = [X509CertificateLoader.LoadPkcs12(pem.Export(X509ContentType.Pkcs12), null)];
        }

        // With TLS 1.3 the refusal comes as the end of what can be read.
        await Assert.ThrowsAnyAsync<Exception>(async () =>
        {
            await tls.AuthenticateAsClientAsync(options, Cancel);
            if (await tls.ReadAsync(new byte[1], Cancel) == 0)
                throw new IOException("closed");
        });
        await CountedAsync(1, ConnectionFailure.Certificate);
        await IsHeardAsync();
    }

    [Fact]
    public async Task Hundreds_that_only_hold_a_place_keep_nobody_out()
    {
        var visitors = new List<TcpClient>();
        try
        {
            for (var visitor = 0; visitor < 3 * NodeTransport.MostWaiting; visitor++)
            {
                visitors.Add(await CallAsync());
                await visitors[^1].GetStream().WriteAsync(new byte[] { 0x16, 0x03, 0x01 }, Cancel);
            }

            await IsHeardAsync();
            await CountedAsync(NodeTransport.MostWaiting, ConnectionFailure.Crowded);
            foreach (var visitor in visitors)
                Assert.True(await IsShownOutAsync(visitor));
        }
        finally
        {
            foreach (var visitor in visitors)
                visitor.Dispose();
        }
    }

    async Task<TcpClient> CallAsync()
    {
        var visitor = new TcpClient();
        await visitor.ConnectAsync(IPAddress.Loopback, _node.Port, Cancel);
        return visitor;
    }

    static async Task<bool> IsShownOutAsync(TcpClient visitor)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        limit.CancelAfter(Patience);
        try
        {
            while (await visitor.GetStream().ReadAsync(new byte[1024], limit.Token) > 0) { }
        }
        catch (IOException) { }

        return true;
    }

    Task CountedAsync(int least, ConnectionFailure? reason = null) =>
        Eventually.TrueAsync(async () => await _node.FailedAsync(ConnectionDirection.Inbound, reason) >= least, Patience);

    async Task IsHeardAsync()
    {
        await using var peer = await WireHost.StartAsync(WireHost.Certificate(_authority, "peer"));
        Assert.NotNull(await peer.IdentifyAsync(_node.Port, Patience));
        Assert.Null(CoordinatedShutdown.Get(_node.System).ShutdownReason);
    }
}
