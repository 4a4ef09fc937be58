using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Orchestrator.Cluster.Journal;
using Orchestrator.Sweeps.Domain;
using Orchestrator.Web.Server;

namespace Orchestrator.Web.Api;

/// <summary>How the API answers: JSON of the project's dialect, kept for a while, or what was not found.</summary>
static class ApiResults
{
    /// <summary>An answer that is made at most once a second for all callers together.</summary>
    /// <param name="what">Names the answer.</param>
    /// <param name="make">For whoever waits for it, not only for whoever asked first, who may leave: it is not cancelled.</param>
    public static async Task<IResult> KeptAsync(AnswerCache kept, string what, Func<Task<Answer>> make, CancellationToken cancel) =>
        new AnswerResult((await kept.GetAsync(what, async _ => await make(), cancel))!);

    /// <summary>An answer about a sweep, made at most once a second, and not again while nothing happens; or that there is none.</summary>
    /// <param name="what">Names what of the sweep it is.</param>
    /// <param name="tellsTime">It has a clock in it, as the time left is, which moves while something runs.</param>
    public static async Task<IResult> KeptAsync(
        AnswerCache kept,
        SweepReplica sweeps,
        string id,
        string what,
        Func<SweepState, object> make,
        CancellationToken cancel,
        JsonSerializerOptions? dialect = null,
        bool tellsTime = false
    )
    {
        return await kept.GetAsync($"{what} {id}", before => Task.FromResult(Made(before)), cancel) is { } answer
            ? new AnswerResult(answer)
            : NoSweep(id);

        Answer? Made(Answer? before) =>
            sweeps.Newest(id) is not var (sequence, state) ? null
            : before?.Sequence == sequence && !(tellsTime && !state.Leases.IsEmpty) ? before
            : Answer.Json(make(state), dialect, sequence);
    }

    /// <summary>An answer about one of a sweep's trials, or that there is none.</summary>
    public static Task<IResult> OfAsync(SweepReplica sweeps, string id, string trial, Func<SweepState, TrialState, Task<IResult>> result) =>
        sweeps.Sweep(id) is not { } state ? Task.FromResult(NoSweep(id))
        : Find(state, trial) is { } found ? result(state, found)
        : Task.FromResult(NoTrial(id, trial));

    public static IResult NoSweep(string id) => ProblemResponses.Create(StatusCodes.Status404NotFound, $"there is no sweep '{id}'");

    public static IResult NoTrial(string id, string trial) =>
        ProblemResponses.Create(StatusCodes.Status404NotFound, $"there is no trial '{trial}' in sweep '{id}'");

    /// <summary>The trials of these names, each once, in the order in which they are named.</summary>
    /// <param name="unknown">The first name that no trial of the sweep has; null where there is none.</param>
    /// <returns>Their numbers; of no use where a name is unknown.</returns>
    public static ImmutableArray<int> Numbers(SweepState state, IEnumerable<string> names, out string? unknown)
    {
        var found = names.Select(name => (name, trial: Find(state, name))).ToList();
        unknown = found.FirstOrDefault(one => one.trial is null).name;
        return [.. found.Select(one => one.trial).OfType<TrialState>().Select(trial => trial.Number).Distinct()];
    }

    /// <returns>Null where the sweep has no trial of that name.</returns>
    public static TrialState? Find(SweepState state, string trial) =>
        int.TryParse(trial, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= 1 && number <= state.Trials.Count
            ? state.Trial(number)
            : null;
}
