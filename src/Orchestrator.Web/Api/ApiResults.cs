using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Orchestrator.Cluster.Journal;
using Orchestrator.Sweeps.Domain;
using Orchestrator.Web.Server;

namespace Orchestrator.Web.Api;

/// <summary>How the API answers: JSON of the project's dialect, kept for a while, or what was not found.</summary>
static class ApiResults
{
    public static IResult Json(object value) => new AnswerResult(Answer.Json(value));

    /// <summary>Made at most once a second for all callers together.</summary>
    /// <param name="what">Names the answer.</param>
    public static async Task<IResult> KeptAsync(AnswerCache kept, string what, Func<Task<Answer?>> make, CancellationToken cancel) =>
        await kept.GetAsync(what, _ => make(), cancel) is { } answer ? new AnswerResult(answer) : Results.NotFound();

    /// <summary>Of the sweep, made at most once a second, and not again while nothing runs and nothing happens; or that there is
    /// none.</summary>
    /// <param name="what">Names what of the sweep it is.</param>
    public static async Task<IResult> KeptAsync(
        AnswerCache kept,
        SweepReplica sweeps,
        string id,
        string what,
        Func<SweepState, object> make,
        CancellationToken cancel,
        JsonSerializerOptions? dialect = null
    )
    {
        return await kept.GetAsync($"{what} {id}", before => Task.FromResult(Made(before)), cancel) is { } answer
            ? new AnswerResult(answer)
            : NoSweep(id);

        Answer? Made(Answer? before) =>
            sweeps.Newest(id) is not var (sequence, state) ? null
            : before?.Sequence == sequence && state.Leases.IsEmpty ? before
            : Answer.Json(make(state), dialect, sequence);
    }

    /// <summary>Of the sweep, or that there is none.</summary>
    public static IResult Of(SweepReplica sweeps, string id, Func<SweepState, IResult> result) =>
        sweeps.Sweep(id) is { } state ? result(state) : NoSweep(id);

    /// <summary>Of one of its trials, or that there is none.</summary>
    public static IResult Of(SweepReplica sweeps, string id, string trial, Func<SweepState, TrialState, IResult> result) =>
        Of(sweeps, id, state => Find(state, trial) is { } found ? result(state, found) : NoTrial(id, trial));

    /// <summary>The same where the answer takes time.</summary>
    public static Task<IResult> OfAsync(SweepReplica sweeps, string id, string trial, Func<SweepState, TrialState, Task<IResult>> result) =>
        sweeps.Sweep(id) is not { } state ? Task.FromResult(NoSweep(id))
        : Find(state, trial) is { } found ? result(state, found)
        : Task.FromResult(NoTrial(id, trial));

    public static IResult NoSweep(string id) => ProblemResponses.Create(StatusCodes.Status404NotFound, $"there is no sweep '{id}'");

    public static IResult NoTrial(string id, string trial) =>
        ProblemResponses.Create(StatusCodes.Status404NotFound, $"there is no trial '{trial}' in sweep '{id}'");

    /// <returns>Null where the sweep has no trial of that name.</returns>
    public static TrialState? Find(SweepState state, string trial) =>
        int.TryParse(trial, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var number)
        && number >= 1
        && number <= state.Trials.Count
            ? state.Trial(number)
            : null;
}
