using Microsoft.AspNetCore.Http;
using Orchestrator.Cluster.Journal;
using Orchestrator.Sweeps;
using Orchestrator.Sweeps.Domain;

namespace Orchestrator.Web;

/// <summary>How the API answers: JSON of the project's dialect, and problem documents that say what was wrong.</summary>
static class Answers
{
    public static IResult Json(object value) => Results.Json(value, OrchestratorJson.Compact);

    public static IResult Problem(int status, string detail) => Results.Problem(detail, statusCode: status);

    /// <summary>Of the sweep, or that there is none.</summary>
    public static IResult Of(SweepFollower sweeps, string id, Func<SweepState, IResult> result) =>
        sweeps.Sweep(id) is { } state ? result(state) : NoSweep(id);

    /// <summary>Of one of its trials, or that there is none.</summary>
    public static IResult Of(SweepFollower sweeps, string id, string trial, Func<SweepState, TrialState, IResult> result) =>
        Of(sweeps, id, state => Find(state, trial) is { } found ? result(state, found) : NoTrial(id, trial));

    public static IResult NoSweep(string id) => Problem(StatusCodes.Status404NotFound, $"there is no sweep '{id}'");

    public static IResult NoTrial(string id, string trial) => Problem(StatusCodes.Status404NotFound, $"there is no trial '{trial}' in sweep '{id}'");

    /// <returns>Null where the sweep has no trial of that name.</returns>
    public static TrialState? Find(SweepState state, string trial) =>
        int.TryParse(trial, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var number) && number >= 1 && number <= state.Trials.Count
            ? state.Trial(number)
            : null;
}
