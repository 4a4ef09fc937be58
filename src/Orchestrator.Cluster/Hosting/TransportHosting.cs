using Akka.Configuration;
using Akka.Hosting;
using Akka.Remote.Hosting;
using Orchestrator.Cluster.Metrics;
using Orchestrator.Cluster.Wire;

namespace Orchestrator.Cluster.Hosting;

/// <summary>How nodes talk to each other.</summary>
static class TransportHosting
{
    const string Settings = $$"""
        akka.remote {
          dot-netty.tcp.transport-class = "Orchestrator.Cluster.Wire.NodeTransport, Orchestrator.Cluster"
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
