using Akka.Actor.Setup;
using Orchestrator.Cluster.Certificates;
using Orchestrator.Cluster.Metrics;

namespace Orchestrator.Cluster.Wire;

/// <summary>What a node's transport needs and no text of settings can hold.</summary>
/// <param name="certificate">Null: plain TCP.</param>
sealed class WireSetup(NodeCertificate? certificate, ConnectionMetrics metrics, TimeProvider time) : Setup
{
    public NodeCertificate? Certificate => certificate;

    public MutualTls? Tls { get; } = certificate is null ? null : new MutualTls(certificate, time);

    public ConnectionMetrics Metrics => metrics;

    public TimeProvider Time => time;
}
