using Orchestrator.Cluster.Certificates;

namespace Orchestrator.Cluster.Wire;

/// <summary>How other nodes reach this one.</summary>
/// <param name="Port">0: any free port.</param>
/// <param name="PublicHost">The name or address that others use, where it differs from the one bound here.</param>
/// <param name="Certificate">Null: plain TCP, for loopback.</param>
public sealed record NodeNetwork(
    string Host = "127.0.0.1",
    int Port = 0,
    string? PublicHost = null,
    int? PublicPort = null,
    NodeCertificate? Certificate = null
)
{
    /// <summary>Prefix of every address of the cluster.</summary>
    public string Protocol => Certificate is null ? "akka.tcp" : "akka.ssl.tcp";
}
