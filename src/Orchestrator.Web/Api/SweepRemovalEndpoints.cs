using Akka.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Orchestrator.Cluster.Hosting;
using Orchestrator.Cluster.Journal;
using Orchestrator.Cluster.Protocol;
using Orchestrator.Reports.Views;
using Orchestrator.Sweeps;
using Orchestrator.Sweeps.Specs;

namespace Orchestrator.Web.Api;

/// <summary>What takes something away for good: a sweep with all that there is of it, or checkpoints of finished ones. A dry run says what
/// would go.</summary>
static class SweepRemovalEndpoints
{
    const int Largest = 4 << 10;

    public static void MapSweepRemoval(this IEndpointRouteBuilder api, SweepReplica sweeps, JournalHealth health, TimeProvider time)
    {
        api.MapDelete(
            "/{id}",
            (string id, IRequiredActor<CoordinatorKey> coordinator, bool? dry_run) =>
                sweeps.Sweep(id) is not { } state ? Task.FromResult(ApiResults.NoSweep(id))
                : dry_run == true ? Task.FromResult(Results.Json(DeletionPlan.From(state, sweeps.States()), OrchestratorJson.Indented))
                : CoordinatorCalls.AskAsync(coordinator, health, new SweepProtocol.Delete(id))
        );
        api.MapPost(
            "/prune",
            (HttpRequest request, IRequiredActor<CoordinatorKey> coordinator, bool? dry_run) =>
                RequestBody.OrBadAsync(() => PruneAsync(sweeps, request, coordinator, health, dry_run == true, time.GetUtcNow()))
        );
    }

    /// <summary>Answers with the plan, once every sweep of it was asked.</summary>
    static async Task<IResult> PruneAsync(
        SweepReplica sweeps,
        HttpRequest request,
        IRequiredActor<CoordinatorKey> coordinator,
        JournalHealth health,
        bool isDryRun,
        DateTimeOffset now
    )
    {
        const string expected = """expected {"older_than":"30d","keep_bytes":"50GB","all":false}, with one of the first two""";
        var body = await RequestBody.JsonAsync<PruneBody>(request, Largest, expected);
        if (body is { OlderThan: null, KeepBytes: null })
            throw new BadBody(StatusCodes.Status400BadRequest, $"nothing says what is to go: {expected}");
        var age = default(TimeSpan);
        if (body.OlderThan is { } older && !Age.TryParse(older, out age))
            throw new BadBody(StatusCodes.Status400BadRequest, $"older_than: expected {Age.Expected}, not {Printable.Quote(older)}");
        var bytes = 0L;
        if (body.KeepBytes is { } keep && !ByteSize.TryParseAny(keep, out bytes))
            throw new BadBody(StatusCodes.Status400BadRequest, $"keep_bytes: expected a size as 50GB, not {Printable.Quote(keep)}");
        var plan = PrunePlan.Of(sweeps.States(), now, body.OlderThan is null ? null : age, body.KeepBytes is null ? null : bytes, body.All);
        foreach (var row in isDryRun ? [] : plan.Sweeps)
            if (
                await CoordinatorCalls.AskAsync(coordinator, health, new SweepProtocol.Prune(row.Id, body.All)) is IStatusCodeHttpResult
                {
                    StatusCode: >= 400
                } refused
            )
                return (IResult)refused;
        return Results.Json(plan, OrchestratorJson.Indented);
    }

    sealed record PruneBody(string? OlderThan, string? KeepBytes, bool All = false);
}
