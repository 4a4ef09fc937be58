using Akka.Actor;
using Akka.Cluster;
using Akka.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Orchestrator.Cluster.Hosting;
using Orchestrator.Cluster.Journal;
using Orchestrator.Cluster.Protocol;
using Orchestrator.Sweeps;
using Orchestrator.Sweeps.Domain;
using Orchestrator.Web.Limits;

namespace Orchestrator.Web.Nodes;

/// <summary>The cluster as a coordinator sees it: <c>/api/nodes</c> for people, <c>/sd/prometheus</c> for Prometheus.</summary>
static class ClusterEndpoints
{
    /// <param name="kept">What is asked for often and costs much.</param>
    public static void MapCluster(this IEndpointRouteBuilder routes, SweepFollower sweeps, AnswerCache kept)
    {
        var directory = new Lazy<WebDirectory>(() => new WebDirectory(routes.ServiceProvider.GetRequiredService<ActorSystem>()));
        routes
            .MapGroup("/api/nodes")
            .MapGet(
                "/",
                (ActorSystem system, IRequiredActor<CoordinatorKey> coordinator, CancellationToken cancel) =>
                    Answers.KeptAsync(
                        kept,
                        "nodes",
                        async () =>
                        {
                            var states = sweeps.Sweeps().Select(sweeps.Sweep).OfType<SweepState>().ToList();
                            return Answer.Json(
                                await NodeList.OfAsync(
                                    system,
                                    await coordinator.GetAsync(CancellationToken.None),
                                    states,
                                    CancellationToken.None
                                ),
                                OrchestratorJson.Indented
                            );
                        },
                        cancel
                    )
            )
            .WithSummary("The members of the cluster, their slots, and what runs on each")
            .Produces<NodeList>();
        routes
            .MapGet(
                "/sd/prometheus",
                (CancellationToken cancel) =>
                    Answers.KeptAsync(
                        kept,
                        "targets",
                        async () =>
                            Answer.Json(
                                (await directory.Value.AllAsync(CancellationToken.None))
                                    .Select(node => Of(node.Member, node.Address))
                                    .ToList(),
                                OrchestratorJson.Indented
                            ),
                        cancel
                    )
            )
            .ExcludeFromDescription();
    }

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
