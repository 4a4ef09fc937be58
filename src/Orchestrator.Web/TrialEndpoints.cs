using System.Collections.Immutable;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Orchestrator.Cluster.Journal;
using Orchestrator.Reports.Live;
using Orchestrator.Sweeps;
using Orchestrator.Web.Artifacts;

namespace Orchestrator.Web;

/// <summary>The trials of a sweep: in rows, one in full, and their learning curves.</summary>
static class TrialEndpoints
{
    public static void MapTrials(this IEndpointRouteBuilder api, SweepFollower sweeps, DataFolder folder, TimeProvider time)
    {
        api.MapGet("/{id}/trials", (string id) => Answers.Of(sweeps, id, state => Answers.Json(new TrialRows([.. TrialRow.Of(state, time.GetUtcNow())]))));
        api.MapGet("/{id}/trials/{trial}", (string id, string trial) => Answers.Of(sweeps, id, trial, (state, found) =>
            Answers.Json(TrialDetail.From(state, found, time.GetUtcNow(), [.. TrialArtifacts.Of(state, found, folder).Select(artifact => artifact.Entry)]))));
        api.MapGet("/{id}/curves", (string id, string? trials) => Curves(sweeps, id, trials));
    }

    static IResult Curves(SweepFollower sweeps, string id, string? trials) => Answers.Of(sweeps, id, state =>
    {
        if (trials is null) return Answers.Json(new TrialCurves([.. state.Trials.Select(TrialCurve.From)]));
        var curves = ImmutableArray.CreateBuilder<TrialCurve>();
        foreach (var name in trials.Split(',', StringSplitOptions.RemoveEmptyEntries))
        {
            if (Answers.Find(state, name) is not { } trial) return Answers.NoTrial(id, name);
            curves.Add(TrialCurve.From(trial));
        }

        return Answers.Json(new TrialCurves(curves.ToImmutable()));
    });
}
