using Akka.Actor;
using Akka.Cluster;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Orchestrator.Cluster.Metrics;
using Orchestrator.Web.Server;
using Prometheus;

namespace Orchestrator.Web.Api;

/// <summary>What every node answers: whether it lives, whether it may be given work, and its metrics.</summary>
static class ProbeEndpoints
{
    const string PlainText = "text/plain; version=0.0.4; charset=utf-8",
        OpenMetrics = "application/openmetrics-text; version=1.0.0; charset=utf-8";

    /// <param name="trouble">What is the matter with the journal of a coordinator; null where all is well.</param>
    public static void MapProbes(this IEndpointRouteBuilder routes, ClusterMetrics metrics, Func<Task<string?>> trouble, TimeProvider time)
    {
        var scrapes = new AnswerCache(time, AnswerCache.Second);
        routes.MapGet(
            "/healthz",
            (ActorSystem system) => system.WhenTerminated.IsCompleted ? Unavailable("the actor system has ended") : Results.Text("ok")
        );
        routes.MapGet(
            "/readyz",
            async (ActorSystem system) =>
                Akka.Cluster.Cluster.Get(system).SelfMember.Status is not MemberStatus.Up ? Unavailable("not yet a member of the cluster")
                : await trouble() is { } reason ? Unavailable(reason)
                : Results.Text("ok")
        );
        routes
            .MapGet(
                "/metrics",
                (HttpRequest request, CancellationToken cancel) =>
                {
                    var format = Format(request);
                    return ApiResults.KeptAsync(scrapes, format.ToString(), () => ScrapeAsync(metrics, format), cancel);
                }
            )
            .ExcludeFromDescription();
    }

    static ExpositionFormat Format(HttpRequest request) =>
        request.GetTypedHeaders().Accept.Any(type => type.MediaType == "application/openmetrics-text")
            ? ExpositionFormat.OpenMetricsText
            : ExpositionFormat.PrometheusText;

    static async Task<Answer> ScrapeAsync(ClusterMetrics metrics, ExpositionFormat format)
    {
        using var text = new MemoryStream();
        await metrics.Registry.CollectAndExportAsTextAsync(text, format, CancellationToken.None);
        return new Answer(text.ToArray(), format == ExpositionFormat.OpenMetricsText ? OpenMetrics : PlainText);
    }

    static IResult Unavailable(string reason) => Results.Text(reason, statusCode: StatusCodes.Status503ServiceUnavailable);
}
