using Akka.Actor;
using Akka.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Orchestrator.Cluster.Hosting;
using Orchestrator.Cluster.Journal;
using Orchestrator.Sweeps;
using Orchestrator.Web.Nodes;
using Orchestrator.Web.Server;

namespace Orchestrator.Web.Api;

/// <summary><c>/api/nodes</c>: the cluster as a coordinator sees it.</summary>
static class NodesEndpoints
{
    public static void MapNodes(this IEndpointRouteBuilder api, SweepReplica sweeps, AnswerCache kept) =>
        api.MapGet(
                "/nodes",
                (ActorSystem system, IRequiredActor<CoordinatorKey> coordinator, NodeDirectory directory, CancellationToken cancel) =>
                    ApiResults.KeptAsync(kept, "nodes", () => ListAsync(system, coordinator, sweeps, directory), cancel)
            )
            .WithSummary("The members of the cluster, their slots, and what runs on each")
            .Produces<NodeList>();

    static async Task<Answer> ListAsync(
        ActorSystem system,
        IRequiredActor<CoordinatorKey> coordinator,
        SweepReplica sweeps,
        NodeDirectory directory
    )
    {
        var states = sweeps.States().ToList();
        var active = await coordinator.GetAsync(CancellationToken.None);
        return Answer.Json(await NodeList.OfAsync(system, active, states, directory, CancellationToken.None), OrchestratorJson.Indented);
    }
}
