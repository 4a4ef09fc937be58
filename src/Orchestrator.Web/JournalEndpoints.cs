using System.Collections.Immutable;
using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Orchestrator.Cluster.Journal;
using Orchestrator.Reports.Live;
using Orchestrator.Web.Limits;

namespace Orchestrator.Web;

/// <summary>What happened: to a sweep, in pages, and to one trial, as text that can be followed.</summary>
static class JournalEndpoints
{
    const int UsualPage = 200,
        LargestPage = 1000;

    public static void MapJournal(this IEndpointRouteBuilder api, SweepFollower sweeps)
    {
        api.MapGet("/{id}/journal", (string id, string? after, string? limit) => Page(sweeps, id, after, limit));
        api.MapGet(
            "/{id}/trials/{trial}/log",
            (string id, string trial, string? after, HttpResponse response) => Log(sweeps, id, trial, after, response)
        );
    }

    static IResult Page(SweepFollower sweeps, string id, string? after, string? limit)
    {
        if (Number(after ?? "0") is not { } from)
            return Malformed("after", after);
        if (Number(limit ?? UsualPage.ToString(CultureInfo.InvariantCulture)) is not (>= 1 and <= LargestPage and var most))
            return Answers.Problem(StatusCodes.Status400BadRequest, $"limit: expected 1 to {LargestPage}, found '{limit}'");
        return Answers.Of(
            sweeps,
            id,
            _ =>
            {
                var events = sweeps
                    .Events(id, from, (int)most)
                    .Select(entry => JournalEntry.From(entry.Sequence, entry.Event))
                    .ToImmutableArray();
                return Answers.Json(new JournalPage(events, events.IsEmpty ? from : events[^1].Sequence));
            }
        );
    }

    static IResult Log(SweepFollower sweeps, string id, string trial, string? after, HttpResponse response)
    {
        if (Number(after ?? "0") is not { } from)
            return Malformed("after", after);
        return Answers.Of(
            sweeps,
            id,
            trial,
            (_, found) =>
            {
                var text = TrialLog.Of(sweeps.TrialEvents(id, found.Number));
                if (from > text.Length)
                    return Answers.Problem(StatusCodes.Status416RangeNotSatisfiable, $"after: the log has {text.Length} bytes, not {from}");
                response.Headers["X-Next"] = text.Length.ToString(CultureInfo.InvariantCulture);
                return new AnswerResult(new Answer(text[(int)from..], "text/plain; charset=utf-8"));
            }
        );
    }

    static IResult Malformed(string name, string? value) =>
        Answers.Problem(StatusCodes.Status400BadRequest, $"{name}: expected a whole number from 0, found '{value}'");

    static long? Number(string text) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
