using Akka.Actor;
using Akka.Cluster;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Orchestrator.Cluster.Metrics;
using Prometheus;

namespace Orchestrator.Web;

/// <summary>What every node answers: whether it lives, whether it may be given work, and its metrics.</summary>
public static class NodeEndpoints
{
    public static void MapNode(this IEndpointRouteBuilder routes, ClusterMetrics metrics)
    {
        routes.MapGet("/healthz", (ActorSystem system) => system.WhenTerminated.IsCompleted ? Unavailable("the actor system has ended") : Results.Text("ok"));
        routes.MapGet("/readyz", (ActorSystem system) => Akka.Cluster.Cluster.Get(system).SelfMember.Status is MemberStatus.Up ? Results.Text("ok") : Unavailable("not yet a member of the cluster"));
        routes.MapMetrics("/metrics", metrics.Registry);
    }

    static IResult Unavailable(string reason) => Results.Text(reason, statusCode: StatusCodes.Status503ServiceUnavailable);
}
