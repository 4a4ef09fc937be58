using Akka.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Orchestrator.Cluster.Hosting;
using Orchestrator.Cluster.Journal;
using Orchestrator.Cluster.Protocol;
using Orchestrator.Reports.Results;
using Orchestrator.Reports.Views;
using Orchestrator.Sweeps;
using Orchestrator.Web.Access;
using Orchestrator.Web.Server;

namespace Orchestrator.Web.Api;

/// <summary><c>/api/sweeps</c>: any coordinator answers, whichever is the active one. What is read comes from the journal, what is asked
/// for goes to the active coordinator.</summary>
static class SweepEndpoints
{
    /// <param name="kept">What is asked for often and costs much.</param>
    /// <param name="folder">This node's data folder: where artifacts are.</param>
    /// <param name="tokens">Who may submit sweeps, and what these may have.</param>
    public static void MapSweeps(
        this IEndpointRouteBuilder api,
        SweepReplica sweeps,
        JournalHealth health,
        AnswerCache kept,
        DataFolder folder,
        TokenFile tokens,
        TimeProvider time
    )
    {
        api.MapGet(
            "/cost",
            (string? by, CancellationToken cancel) =>
                by is not null && !SweepCost.GroupingsOfAll.Contains(by)
                    ? Task.FromResult(NotBy(by, SweepCost.GroupingsOfAll))
                    : ApiResults.KeptAsync(
                        kept,
                        $"cost of all by {by}",
                        () => Task.FromResult(Answer.Json(SweepCost.OfAll(sweeps.States(), by, time.GetUtcNow()))),
                        cancel
                    )
        );
        api.MapGet(
            "/tokens",
            (CancellationToken cancel) =>
                ApiResults.KeptAsync(
                    kept,
                    "tokens",
                    () => Task.FromResult(Answer.Json(TokenUses.From(sweeps.States(), tokens.LastQuotas(), time.GetUtcNow()))),
                    cancel
                )
        );
        var all = api.MapGroup("/sweeps");
        all.MapGet(
            "/",
            (CancellationToken cancel) =>
                ApiResults.KeptAsync(kept, "sweeps", () => Task.FromResult(Overviews(sweeps, time.GetUtcNow())), cancel)
        );
        all.MapGet(
            "/{id}",
            (string id, CancellationToken cancel) =>
                ApiResults.KeptAsync(kept, sweeps, id, "sweep", state => SweepDetail.From(state, time.GetUtcNow()), cancel, tellsTime: true)
        );
        all.MapGet(
            "/{id}/results",
            (string id, CancellationToken cancel) =>
                ApiResults.KeptAsync(kept, sweeps, id, "results", SweepResults.From, cancel, OrchestratorJson.Indented)
        );
        all.MapGet(
            "/{id}/why",
            (string id, CancellationToken cancel) =>
                sweeps.Sweep(id) is null
                    ? Task.FromResult(ApiResults.NoSweep(id))
                    : ApiResults.KeptAsync(kept, $"why {id}", () => Task.FromResult(Why(sweeps, id, tokens, time.GetUtcNow())), cancel)
        );
        all.MapGet(
            "/{id}/cost",
            (string id, string? by, CancellationToken cancel) =>
                sweeps.Sweep(id) is { } known && by is not null && !SweepCost.Groupings(known).Contains(by)
                    ? Task.FromResult(NotBy(by, SweepCost.Groupings(known)))
                    : ApiResults.KeptAsync(
                        kept,
                        sweeps,
                        id,
                        $"cost by {by}",
                        state => SweepCost.From(state, by, time.GetUtcNow()),
                        cancel,
                        tellsTime: true
                    )
        );
        all.MapGet("/{id}/compare/{other}", (string id, string other, string? by) => Compare(sweeps, id, other, by));
        all.MapGet(
            "/{id}/state",
            (string id, IRequiredActor<CoordinatorKey> coordinator) =>
                CoordinatorCalls.AskAsync(coordinator, health, new SweepProtocol.Describe(id))
        );
        all.MapSweepCommands(sweeps, health);
        all.MapSweepLabels(sweeps, health);
        all.MapSweepRemoval(sweeps, health, time);
        all.MapTrials(sweeps, kept, folder, time);
        all.MapJournal(sweeps, kept);
        all.MapArtifacts(sweeps, folder);
    }

    static IResult Compare(SweepReplica sweeps, string id, string other, string? by) =>
        sweeps.Sweep(id) is not { } first ? ApiResults.NoSweep(id)
        : sweeps.Sweep(other) is not { } second ? ApiResults.NoSweep(other)
        : SweepComparison.Fault(first, second, by) is { } fault ? ProblemResponses.Create(StatusCodes.Status400BadRequest, fault)
        : Results.Json(SweepComparison.From(first, second, by), OrchestratorJson.Indented);

    static IResult NotBy(string by, IEnumerable<string> groupings) =>
        ProblemResponses.Create(
            StatusCodes.Status400BadRequest,
            $"by: expected one of {string.Join(", ", groupings)}, not {Printable.Quote(by)}"
        );

    static Answer Why(SweepReplica sweeps, string id, TokenFile tokens, DateTimeOffset now) =>
        Answer.Json(SweepWhy.From(sweeps.Sweep(id)!, sweeps.States(), tokens.LastQuotas(), now));

    static Answer Overviews(SweepReplica sweeps, DateTimeOffset now) =>
        Answer.Json(new SweepOverviews([.. sweeps.States().Select(sweep => SweepOverview.From(sweep, now))]));
}
