using Akka.Actor;
using Microsoft.Extensions.Time.Testing;
using Orchestrator.Cluster.Certificates;

namespace Orchestrator.Cluster.Tests.Wire;

/// <summary>Real sockets: who is heard, and who is not.</summary>
public sealed class MutualTlsSpecs : IAsyncLifetime
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    readonly TestAuthority _authority = new();
    WireHost _node = null!;

    public async ValueTask InitializeAsync() => _node = await WireHost.StartAsync(WireHost.Certificate(_authority, "node"));

    public async ValueTask DisposeAsync()
    {
        await _node.DisposeAsync();
        _authority.Dispose();
    }

    [Fact]
    public async Task A_certificate_of_the_same_authority_is_heard()
    {
        await using var peer = await WireHost.StartAsync(WireHost.Certificate(_authority, "peer"));

        Assert.NotNull(await IdentifyAsync(peer));
    }

    [Fact]
    public async Task A_certificate_of_another_authority_is_refused()
    {
        using var other = new TestAuthority();
        await using var peer = await WireHost.StartAsync(WireHost.Certificate(other, "peer"));

        Assert.Null(await IdentifyAsync(peer));
    }

    [Fact]
    public async Task An_expired_certificate_is_refused()
    {
        var (certificate, key) = _authority.Issue("peer", expired: true);
        // The peer's own clock says it is still good.
        await using var peer = await WireHost.StartAsync(
            NodeCertificate.Load(
                _authority.AuthorityFile,
                certificate,
                key,
                new FakeTimeProvider(TimeProvider.System.GetUtcNow().AddDays(-2))
            )
        );

        Assert.Null(await IdentifyAsync(peer));
    }

    [Fact]
    public async Task Plain_tcp_is_refused()
    {
        await using var peer = await WireHost.StartAsync(null);

        Assert.Null(await IdentifyAsync(peer));
    }

    [Fact]
    public void A_node_whose_own_certificate_has_expired_does_not_start()
    {
        var (certificate, key) = _authority.Issue("old", expired: true);

        var refusal = Assert.Throws<NodeSettingException>(() =>
            NodeCertificate.Load(_authority.AuthorityFile, certificate, key, TimeProvider.System)
        );
        Assert.Contains("would be refused by every other node", refusal.Message);
    }

    /// <returns>The node's answer; null where it gives none.</returns>
    async Task<IActorRef?> IdentifyAsync(WireHost peer)
    {
        // Refusals come as failed associations, and are then seen at once.
        var broken = new TaskCompletionSource<IActorRef?>(TaskCreationOptions.RunContinuationsAsynchronously);
        var watcher = peer.System.ActorOf(Props.Create(() => new Watcher(broken)));
        peer.System.EventStream.Subscribe(watcher, typeof(Akka.Remote.RemotingLifecycleEvent));
        return await await Task.WhenAny(peer.IdentifyAsync(_node.Port, Patience), broken.Task);
    }

    sealed class Watcher : ReceiveActor
    {
        public Watcher(TaskCompletionSource<IActorRef?> broken)
        {
            Receive<Akka.Remote.AssociationErrorEvent>(_ => broken.TrySetResult(null));
            Receive<Akka.Remote.DisassociatedEvent>(_ => broken.TrySetResult(null));
        }
    }
}
