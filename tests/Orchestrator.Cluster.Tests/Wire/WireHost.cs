using Akka.Actor;
using Akka.Configuration;
using Akka.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orchestrator.Cluster.Certificates;
using Orchestrator.Cluster.Hosting;
using Orchestrator.Cluster.Metrics;
using Orchestrator.Cluster.Protocol;
using Orchestrator.Cluster.Tests.Metrics;
using Orchestrator.Cluster.Wire;

namespace Orchestrator.Cluster.Tests.Wire;

/// <summary>An actor system that talks as a node does, and has an actor to be found.</summary>
sealed class WireHost : IAsyncDisposable
{
    readonly IHost _host;

    WireHost(IHost host, ClusterMetrics metrics)
    {
        _host = host;
        Metrics = metrics;
        System = host.Services.GetRequiredService<ActorSystem>();
    }

    public ActorSystem System { get; }

    public ClusterMetrics Metrics { get; }

    public Address Address => ((ExtendedActorSystem)System).Provider.DefaultAddress;

    public int Port => Address.Port!.Value;

    /// <summary>An attempt may last a second here.</summary>
    public static async Task<WireHost> StartAsync(NodeCertificate? certificate, int port = 0)
    {
        var metrics = new ClusterMetrics(Prometheus.Metrics.NewCustomRegistry());
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Services.AddAkka(
            ClusterNames.System,
            (akka, _) =>
                akka.AddHocon(
                        ConfigurationFactory.ParseString(
                            """
                            akka { loglevel = OFF, stdout-loglevel = OFF, actor.provider = remote }
                            akka.remote { retry-gate-closed-for = 200ms, dot-netty.tcp.connection-timeout = 1s }
                            """
                        ),
                        HoconAddMode.Prepend
                    )
                    .WithNodeTransport(new NodeNetwork(Port: port, Certificate: certificate), metrics.Connections, TimeProvider.System)
                    .WithActors((system, _) => system.ActorOf(Props.Empty, "echo"))
        );
        var host = builder.Build();
        await host.StartAsync(TestContext.Current.CancellationToken);
        return new WireHost(host, metrics);
    }

    public static NodeCertificate Certificate(TestAuthority authority, string name)
    {
        var (certificate, key) = authority.Issue(name);
        return NodeCertificate.Load(authority.AuthorityFile, certificate, key, TimeProvider.System);
    }

    /// <returns>The actor of the system at that port; null where it did not answer within the time.</returns>
    public async Task<IActorRef?> IdentifyAsync(int port, TimeSpan patience)
    {
        try
        {
            var path = new RootActorPath(Address.WithHost("127.0.0.1").WithPort(port)) / "user" / "echo";
            var asked = System.ActorSelection(path).Ask<ActorIdentity>(new Identify(1), patience, TestContext.Current.CancellationToken);
            return (await asked).Subject;
        }
        catch (AskTimeoutException)
        {
            return null;
        }
    }

    /// <summary>How many connections failed, of any reason or of one.</summary>
    public async Task<double> FailedAsync(ConnectionDirection direction, ConnectionFailure? reason = null)
    {
        var start = $"orchestrator_failed_connections_total{{direction=\"{direction.ToString().ToLowerInvariant()}\"";
        return Exported
            .Series(await Exported.Text(Metrics))
            .Where(line => line.StartsWith(start, StringComparison.Ordinal))
            .Where(line => reason is null || line.Contains($"reason=\"{reason.ToString()!.ToLowerInvariant()}\"", StringComparison.Ordinal))
            .Sum(line => double.Parse(line[(line.LastIndexOf(' ') + 1)..], global::System.Globalization.CultureInfo.InvariantCulture));
    }

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync(CancellationToken.None);
        _host.Dispose();
    }
}
