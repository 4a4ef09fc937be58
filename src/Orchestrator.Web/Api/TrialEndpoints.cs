using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Orchestrator.Cluster.Journal;
using Orchestrator.Reports.Views;
using Orchestrator.Sweeps;
using Orchestrator.Sweeps.Domain;
using Orchestrator.Web.Artifacts;
using Orchestrator.Web.Server;

namespace Orchestrator.Web.Api;

/// <summary>The trials of a sweep: in rows, one in full, and their learning curves.</summary>
static class TrialEndpoints
{
    /// <summary>Epochs in all curves of one answer: some 20 MB of it.</summary>
    const int MostEpochs = 1_000_000;

    public static void MapTrials(
        this IEndpointRouteBuilder api,
        SweepReplica sweeps,
        AnswerCache kept,
        DataFolder folder,
        TimeProvider time
    )
    {
        api.MapGet(
            "/{id}/trials",
            (string id, CancellationToken cancel) =>
                ApiResults.KeptAsync(
                    kept,
                    sweeps,
                    id,
                    "trials",
                    state => new TrialRows([.. TrialRow.Of(state, time.GetUtcNow())]),
                    cancel,
                    tellsTime: true
                )
        );
        api.MapGet(
            "/{id}/trials/{trial}",
            (string id, string trial, CancellationToken cancel) =>
                ApiResults.OfAsync(
                    sweeps,
                    id,
                    trial,
                    (state, found) =>
                        ApiResults.KeptAsync(
                            kept,
                            string.Create(CultureInfo.InvariantCulture, $"trial {found.Number} {id}"),
                            () => Task.FromResult(Answer.Json(Detail(state, found, folder, time))),
                            cancel
                        )
                )
        );
        api.MapGet("/{id}/curves", (string id, string? trials, CancellationToken cancel) => CurvesAsync(kept, sweeps, id, trials, cancel));
    }

    static TrialDetail Detail(SweepState state, TrialState trial, DataFolder folder, TimeProvider time) =>
        TrialDetail.From(state, trial, time.GetUtcNow(), [.. TrialArtifacts.Of(state, trial, folder).Select(artifact => artifact.Entry)]);

    static Task<IResult> CurvesAsync(AnswerCache kept, SweepReplica sweeps, string id, string? trials, CancellationToken cancel)
    {
        if (sweeps.Sweep(id) is not { } state)
            return Task.FromResult(ApiResults.NoSweep(id));
        var names = trials?.Split(',', StringSplitOptions.RemoveEmptyEntries);
        // By number, so that the same trials are the same answer however they are named.
        var numbers = ApiResults.Numbers(state, names ?? [], out var unknown);
        if (unknown is not null)
            return Task.FromResult(ApiResults.NoTrial(id, unknown));
        IEnumerable<TrialState> Chosen(SweepState now) => names is null ? now.Trials : numbers.Select(now.Trial);
        return Chosen(state).Sum(trial => (long)trial.Curve.Count) <= MostEpochs
            ? ApiResults.KeptAsync(
                kept,
                sweeps,
                id,
                $"curves {(names is null ? "all" : string.Join(',', numbers))}",
                now => new TrialCurves([.. Chosen(now).Select(TrialCurve.From)]),
                cancel
            )
            : Task.FromResult(
                ProblemResponses.Create(
                    StatusCodes.Status413PayloadTooLarge,
                    $"more than {MostEpochs} epochs in one answer: ask for fewer trials at a time, as ?trials=0001,0002"
                )
            );
    }
}
