using Akka.Actor.Setup;
using Akka.Configuration;
using Akka.Hosting;
using Akka.Remote.Hosting;
using Orchestrator.Cluster.Hosting.Security;
using Orchestrator.Cluster.Metrics;

namespace Orchestrator.Cluster.Hosting.Wire;

/// <summary>What a node's transport needs and no text of settings can hold.</summary>
/// <param name="certificate">Null: plain TCP.</param>
sealed class WireSetup(NodeCertificate? certificate, ConnectionMetrics metrics, TimeProvider time) : Setup
{
    public NodeCertificate? Certificate => certificate;

    public MutualTls? Tls { get; } = certificate is null ? null : new MutualTls(certificate, time);

    public ConnectionMetrics Metrics => metrics;

    public TimeProvider Time => time;
}

/// <summary>How nodes talk to each other.</summary>
static class WireHosting
{
    const string Settings = $$"""
        akka.remote {
          dot-netty.tcp.transport-class = "Orchestrator.Cluster.Hosting.Wire.NodeTransport, Orchestrator.Cluster"
          log-remote-lifecycle-events = ERROR   # ConnectionLog writes about what fails
        }
        """;

    public static AkkaConfigurationBuilder WithNodeTransport(
        this AkkaConfigurationBuilder builder,
        NodeNetwork network,
        ConnectionMetrics metrics,
        TimeProvider time
    ) =>
        builder
            .AddSetup(new WireSetup(network.Certificate, metrics, time))
            .AddHocon(ConfigurationFactory.ParseString(Settings), HoconAddMode.Append)
            .WithRemoting(
                new RemoteOptions
                {
                    HostName = network.Host,
                    Port = network.Port,
                    PublicHostName = network.PublicHost,
                    PublicPort = network.PublicPort,
                    MaxFrameSize = NodeHocon.LargestMessage,
                }
            );
}
