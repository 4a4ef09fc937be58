using System.Collections.Immutable;
using Orchestrator.Cluster.Certificates;
using Orchestrator.Cluster.Protocol;
using Orchestrator.Web.Access;
using Orchestrator.Web.Server;

namespace Orchestrator.Web;

/// <summary>How a node serves HTTP.</summary>
/// <param name="Host">Address to listen on.</param>
/// <param name="Port">0: any free one.</param>
public sealed record WebOptions(string Host, int Port, TokenFile Tokens)
{
    /// <summary>The certificate of HTTPS; null for plain HTTP.</summary>
    public HttpCertificate? Certificate { get; init; }

    /// <summary>Whether callers on other machines may use the API over plain HTTP.</summary>
    public bool AllowPlain { get; init; }

    /// <summary>Programs on this machine need no token while there is no token file. False where others may reach the port, by its address
    /// or through something on this machine.</summary>
    public bool TrustLoopback { get; init; } = true;

    /// <summary>What the node found out about its machine, for whoever asks for the nodes.</summary>
    public ImmutableArray<Finding> Findings { get; init; } = [];

    public WebLimits Limits { get; init; } = new();
}
