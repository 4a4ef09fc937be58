using System.Net.Sockets;
using Akka.Actor;
using Akka.Configuration;
using Akka.Hosting;
using Akka.Remote.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Time.Testing;
using Orchestrator.Cluster.Hosting;
using Orchestrator.Cluster.Hosting.Security;

namespace Orchestrator.Cluster.Tests.Security;

/// <summary>Real sockets: who is heard, and who is not.</summary>
public sealed class MutualTlsSpecs : IAsyncLifetime
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    readonly TestAuthority _authority = new();
    IHost _node = null!;

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _node = await StartAsync(Certificate(_authority, "node"));

    public async ValueTask DisposeAsync()
    {
        await StopAsync(_node);
        _authority.Dispose();
    }

    [Fact]
    public async Task A_certificate_of_the_same_authority_is_heard()
    {
        var peer = await StartAsync(Certificate(_authority, "peer"));

        Assert.NotNull(await IdentifyAsync(peer, "akka.ssl.tcp"));
        await StopAsync(peer);
    }

    [Fact]
    public async Task A_certificate_of_another_authority_is_refused()
    {
        using var other = new TestAuthority();
        var peer = await StartAsync(Certificate(other, "peer"));

        Assert.Null(await IdentifyAsync(peer, "akka.ssl.tcp"));
        await StopAsync(peer);
    }

    [Fact]
    public async Task An_expired_certificate_is_refused()
    {
        var (certificate, key) = _authority.Issue("peer", expired: true);
        // The peer's own clock says it is still good.
        var peer = await StartAsync(NodeCertificate.Load(_authority.AuthorityFile, certificate, key, new FakeTimeProvider(TimeProvider.System.GetUtcNow().AddDays(-2))));

        Assert.Null(await IdentifyAsync(peer, "akka.ssl.tcp"));
        await StopAsync(peer);
    }

    [Fact]
    public async Task Plain_tcp_is_refused()
    {
        var peer = await StartAsync(null);

        Assert.Null(await IdentifyAsync(peer, "akka.tcp"));
        await StopAsync(peer);
    }

    [Fact]
    public async Task Without_a_certificate_nobody_is_heard()
    {
        using var socket = new TcpClient();
        await socket.ConnectAsync("127.0.0.1", Port(_node), Cancel);
        await using var tls = new System.Net.Security.SslStream(socket.GetStream(), false, (_, _, _, _) => true);

        // With TLS 1.3 the refusal comes as the end of what can be read.
        await Assert.ThrowsAnyAsync<Exception>(async () =>
        {
            await tls.AuthenticateAsClientAsync("node");
            if (await tls.ReadAsync(new byte[1], Cancel) == 0) throw new IOException("closed");
        });
    }

    [Fact]
    public async Task Garbage_on_the_port_harms_nobody()
    {
        using (var socket = new TcpClient())
        {
            await socket.ConnectAsync("127.0.0.1", Port(_node), Cancel);
            await socket.GetStream().WriteAsync(new byte[4096], Cancel);
        }

        var peer = await StartAsync(Certificate(_authority, "peer"));
        Assert.NotNull(await IdentifyAsync(peer, "akka.ssl.tcp"));
        await StopAsync(peer);
    }

    [Fact]
    public void A_node_whose_own_certificate_has_expired_does_not_start()
    {
        var (certificate, key) = _authority.Issue("old", expired: true);

        var refusal = Assert.Throws<NodeSettingException>(() => NodeCertificate.Load(_authority.AuthorityFile, certificate, key, TimeProvider.System));
        Assert.Contains("would be refused by every other node", refusal.Message);
    }

    static NodeCertificate Certificate(TestAuthority authority, string name)
    {
        var (certificate, key) = authority.Issue(name);
        return NodeCertificate.Load(authority.AuthorityFile, certificate, key, TimeProvider.System);
    }

    static int Port(IHost host) => ((ExtendedActorSystem)host.Services.GetRequiredService<ActorSystem>()).Provider.DefaultAddress.Port!.Value;

    /// <returns>The node's answer; null where it gives none.</returns>
    async Task<IActorRef?> IdentifyAsync(IHost peer, string protocol)
    {
        var system = peer.Services.GetRequiredService<ActorSystem>();
        // Refusals come as broken associations, and are then seen at once.
        var broken = new TaskCompletionSource<IActorRef?>(TaskCreationOptions.RunContinuationsAsynchronously);
        var watcher = system.ActorOf(Props.Create(() => new Watcher(broken)));
        system.EventStream.Subscribe(watcher, typeof(Akka.Remote.RemotingLifecycleEvent));
        var answer = system.ActorSelection($"{protocol}://{OrchestratorNode.SystemName}@127.0.0.1:{Port(_node)}/user/echo").Ask<ActorIdentity>(new Identify(1), Patience, Cancel);
        var first = await Task.WhenAny(answer.ContinueWith(identity => identity.IsCompletedSuccessfully ? identity.Result.Subject : null, TaskScheduler.Default), broken.Task);
        return await first;
    }

    sealed class Watcher : ReceiveActor
    {
        public Watcher(TaskCompletionSource<IActorRef?> broken)
        {
            Receive<Akka.Remote.AssociationErrorEvent>(_ => broken.TrySetResult(null));
            Receive<Akka.Remote.DisassociatedEvent>(_ => broken.TrySetResult(null));
        }
    }

    static async Task<IHost> StartAsync(NodeCertificate? certificate)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        var remote = new RemoteOptions { HostName = "127.0.0.1", Port = 0, EnableSsl = certificate is not null };
        if (certificate is not null) remote.Ssl = certificate.ToOptions(TimeProvider.System);
        builder.Services.AddAkka(OrchestratorNode.SystemName, (akka, _) => akka
            .AddHocon(ConfigurationFactory.ParseString("akka { loglevel = OFF, stdout-loglevel = OFF, actor.provider = remote }"), HoconAddMode.Prepend)
            .WithRemoting(remote)
            .WithActors((system, _) => system.ActorOf(Props.Empty, "echo")));
        var host = builder.Build();
        await host.StartAsync(Cancel);
        return host;
    }

    static async Task StopAsync(IHost host)
    {
        await host.StopAsync(CancellationToken.None);
        host.Dispose();
    }
}
