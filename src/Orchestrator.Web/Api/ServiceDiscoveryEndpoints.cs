using Akka.Cluster;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Orchestrator.Cluster.Protocol;
using Orchestrator.Sweeps;
using Orchestrator.Web.Nodes;
using Orchestrator.Web.Server;

namespace Orchestrator.Web.Api;

/// <summary><c>/sd/prometheus</c>: every member of the cluster as a target of Prometheus.</summary>
static class ServiceDiscoveryEndpoints
{
    public static void MapServiceDiscovery(this IEndpointRouteBuilder routes, AnswerCache kept) =>
        routes
            .MapGet(
                "/sd/prometheus",
                (NodeDirectory directory, CancellationToken cancel) =>
                    ApiResults.KeptAsync(kept, "targets", () => ListAsync(directory), cancel)
            )
            .ExcludeFromDescription();

    static async Task<Answer> ListAsync(NodeDirectory directory) =>
        Answer.Json(
            (await directory.AllAsync(CancellationToken.None)).Select(node => Of(node.Member, node.Facts.Web)).ToList(),
            OrchestratorJson.Indented
        );

    // A node of several roles is one target: it is scraped once.
    static Target Of(Member member, NodeProtocol.WebAddress address)
    {
        var host = address.Host ?? member.Address.Host!;
        return new Target(
            [$"{(host.Contains(':', StringComparison.Ordinal) ? $"[{host}]" : host)}:{address.Port}"],
            new SortedDictionary<string, string>
            {
                ["__scheme__"] = address.IsSecure ? "https" : "http",
                ["__meta_orchestrator_node"] = $"{member.Address.Host}:{member.Address.Port}",
                ["__meta_orchestrator_role"] = string.Join(',', member.Roles.Order(StringComparer.Ordinal)),
            }
        );
    }

    sealed record Target(IReadOnlyList<string> Targets, IReadOnlyDictionary<string, string> Labels);
}
