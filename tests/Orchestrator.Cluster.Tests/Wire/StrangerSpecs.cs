using Akka.Actor;
using Orchestrator.Cluster.Metrics;

namespace Orchestrator.Cluster.Tests.Wire;

/// <summary>Whoever answers where a node calls: it is a failed attempt, and never more.</summary>
[Trait("Needs", "time")]
public sealed class StrangerSpecs : IDisposable
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    readonly TestAuthority _authority = new(),
        _other = new();

    public static TheoryData<Stranger, bool> All =>
        new(from kind in Enum.GetValues<Stranger>() from tls in new[] { true, false } select (kind, tls));

    public void Dispose()
    {
        _authority.Dispose();
        _other.Dispose();
    }

    [Theory]
    [MemberData(nameof(All))]
    public async Task A_node_calls_again_counts_it_and_reaches_the_right_one_when_that_is_back(Stranger kind, bool tls)
    {
        await using var node = await WireHost.StartAsync(tls ? WireHost.Certificate(_authority, "node") : null);
        // Without TLS, words of the right form are for Akka.Remote to judge.
        var counted = tls || kind != Stranger.SpeaksAkkaWithoutTls ? 2 : 0;
        int port;
        await using (var stranger = new StrangersPort(0, kind, _authority, _other))
        {
            port = stranger.Port;
            using var limit = new CancellationTokenSource(Patience);
            while (stranger.Visits < 3 || await node.FailedAsync(ConnectionDirection.Outbound) < counted)
            {
                limit.Token.ThrowIfCancellationRequested();
                Assert.Null(await node.IdentifyAsync(port, TimeSpan.FromMilliseconds(300)));
            }
        }

        Assert.Null(CoordinatedShutdown.Get(node.System).ShutdownReason);
        Assert.False(node.System.WhenTerminated.IsCompleted);
        await using var peer = await WireHost.StartAsync(tls ? WireHost.Certificate(_authority, "peer") : null, port);
        using var end = new CancellationTokenSource(Patience);
        while (await node.IdentifyAsync(port, TimeSpan.FromSeconds(1)) is null)
            end.Token.ThrowIfCancellationRequested();
    }

    [Theory]
    [InlineData(Stranger.AcceptsAndCloses, ConnectionFailure.Closed)]
    [InlineData(Stranger.Resets, ConnectionFailure.Closed)]
    [InlineData(Stranger.SpeaksHttp, ConnectionFailure.Protocol)]
    [InlineData(Stranger.SendsGarbage, ConnectionFailure.Protocol)]
    [InlineData(Stranger.StaysSilent, ConnectionFailure.Timeout)]
    [InlineData(Stranger.ShowsAnExpiredCertificate, ConnectionFailure.Certificate)]
    [InlineData(Stranger.ShowsACertificateOfAnotherAuthority, ConnectionFailure.Certificate)]
    public async Task It_is_counted_under_its_reason(Stranger kind, ConnectionFailure reason)
    {
        await using var node = await WireHost.StartAsync(WireHost.Certificate(_authority, "node"));
        await using var stranger = new StrangersPort(0, kind, _authority, _other);
        using var limit = new CancellationTokenSource(Patience);
        while (await node.FailedAsync(ConnectionDirection.Outbound) == 0)
        {
            limit.Token.ThrowIfCancellationRequested();
            await node.IdentifyAsync(stranger.Port, TimeSpan.FromMilliseconds(200));
        }

        Assert.Equal(await node.FailedAsync(ConnectionDirection.Outbound), await node.FailedAsync(ConnectionDirection.Outbound, reason));
    }
}
