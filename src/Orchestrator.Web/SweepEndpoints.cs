using System.Data.Common;
using Akka.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Orchestrator.Cluster.Hosting;
using Orchestrator.Cluster.Journal;
using Orchestrator.Cluster.Protocol;
using Orchestrator.Reports.Live;
using Orchestrator.Reports.Results;
using Orchestrator.Sweeps;
using Orchestrator.Sweeps.Domain;
using Orchestrator.Web.Artifacts;

namespace Orchestrator.Web;

/// <summary><c>/api/sweeps</c>: any coordinator answers, whichever is the active one. What is read comes from the journal, what is asked for goes to the active coordinator.</summary>
public static class SweepEndpoints
{
    /// <param name="folder">This node's data folder: where artifacts are.</param>
    public static void MapSweeps(this IEndpointRouteBuilder routes, SweepFollower sweeps, DataFolder folder, TimeProvider time)
    {
        var api = routes.MapGroup("/api/sweeps").AddEndpointFilter(JournalErrors);
        api.MapGet("/", () => Answers.Json(new SweepOverviews([.. sweeps.Sweeps().Select(sweeps.Sweep).OfType<SweepState>().Select(SweepOverview.From)])));
        api.MapGet("/{id}", (string id) => Answers.Of(sweeps, id, state => Answers.Json(SweepDetail.From(state))));
        api.MapGet("/{id}/results", (string id) => Answers.Of(sweeps, id, state => Results.Json(SweepResults.From(state), OrchestratorJson.Indented)));
        api.MapGet("/{id}/state", (string id, IRequiredActor<CoordinatorKey> coordinator) => Coordinator.AskAsync(coordinator, new SweepProtocol.Describe(id)));
        api.MapSweepVerbs(sweeps);
        api.MapTrials(sweeps, folder, time);
        api.MapJournal(sweeps);
        api.MapArtifacts(sweeps, folder);
    }

    static async ValueTask<object?> JournalErrors(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        try
        {
            return await next(context);
        }
        catch (DbException)
        {
            return Answers.Problem(StatusCodes.Status503ServiceUnavailable, "the journal does not answer; try again");
        }
    }
}
