using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Orchestrator.Cluster.Journal;
using Orchestrator.Reports.Live;
using Orchestrator.Sweeps;
using Orchestrator.Sweeps.Domain;
using Orchestrator.Web.Artifacts;
using Orchestrator.Web.Limits;

namespace Orchestrator.Web;

/// <summary>The trials of a sweep: in rows, one in full, and their learning curves.</summary>
static class TrialEndpoints
{
    /// <summary>Epochs in all curves of one answer: some 20 MB of it.</summary>
    const int MostEpochs = 1_000_000;

    public static void MapTrials(
        this IEndpointRouteBuilder api,
        SweepFollower sweeps,
        AnswerCache kept,
        DataFolder folder,
        TimeProvider time
    )
    {
        api.MapGet(
            "/{id}/trials",
            (string id, CancellationToken cancel) =>
                Answers.KeptAsync(kept, sweeps, id, "trials", state => new TrialRows([.. TrialRow.Of(state, time.GetUtcNow())]), cancel)
        );
        api.MapGet(
            "/{id}/trials/{trial}",
            (string id, string trial) =>
                Answers.Of(
                    sweeps,
                    id,
                    trial,
                    (state, found) =>
                        Answers.Json(
                            TrialDetail.From(
                                state,
                                found,
                                time.GetUtcNow(),
                                [.. TrialArtifacts.Of(state, found, folder).Select(artifact => artifact.Entry)]
                            )
                        )
                )
        );
        api.MapGet("/{id}/curves", (string id, string? trials) => Curves(sweeps, id, trials));
    }

    static IResult Curves(SweepFollower sweeps, string id, string? trials) =>
        Answers.Of(
            sweeps,
            id,
            state =>
            {
                IEnumerable<TrialState> chosen = state.Trials;
                if (trials is not null)
                {
                    var named = new List<TrialState>();
                    foreach (var name in trials.Split(',', StringSplitOptions.RemoveEmptyEntries))
                    {
                        if (Answers.Find(state, name) is not { } trial)
                            return Answers.NoTrial(id, name);
                        named.Add(trial);
                    }

                    chosen = [.. named.DistinctBy(trial => trial.Number)];
                }

                return chosen.Sum(trial => (long)trial.Curve.Count) <= MostEpochs
                    ? Answers.Json(new TrialCurves([.. chosen.Select(TrialCurve.From)]))
                    : Answers.Problem(
                        StatusCodes.Status413PayloadTooLarge,
                        $"more than {MostEpochs} epochs in one answer: ask for fewer trials at a time, as ?trials=0001,0002"
                    );
            }
        );
}
