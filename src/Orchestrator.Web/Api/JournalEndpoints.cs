using System.Collections.Immutable;
using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Orchestrator.Cluster.Journal;
using Orchestrator.Reports.Views;
using Orchestrator.Web.Server;

namespace Orchestrator.Web.Api;

/// <summary>What happened: to a sweep, in pages, and to one trial, as text that can be followed.</summary>
static class JournalEndpoints
{
    const int UsualPage = 200,
        LargestPage = 1000;

    public static void MapJournal(this IEndpointRouteBuilder api, SweepReplica sweeps, AnswerCache kept)
    {
        api.MapGet(
            "/{id}/journal",
            (string id, string? after, string? limit, CancellationToken cancel) => PageAsync(kept, sweeps, id, after, limit, cancel)
        );
        api.MapGet(
            "/{id}/trials/{trial}/log",
            (string id, string trial, string? after, HttpContext context) => LogAsync(kept, sweeps, id, trial, after, context)
        );
    }

    static Task<IResult> PageAsync(AnswerCache kept, SweepReplica sweeps, string id, string? after, string? limit, CancellationToken cancel)
    {
        if (Number(after ?? "0") is not { } from)
            return Task.FromResult(Malformed("after", after));
        if (Number(limit ?? UsualPage.ToString(CultureInfo.InvariantCulture)) is not (>= 1 and <= LargestPage and var most))
            return Task.FromResult(
                ProblemResponses.Create(StatusCodes.Status400BadRequest, $"limit: expected 1 to {LargestPage}, found '{limit}'")
            );
        return ApiResults.KeptAsync(
            kept,
            sweeps,
            id,
            string.Create(CultureInfo.InvariantCulture, $"journal {from} {most}"),
            _ =>
            {
                var events = sweeps
                    .Events(id, from, (int)most)
                    .Select(entry => JournalEntry.From(entry.Sequence, entry.Event))
                    .ToImmutableArray();
                return new JournalPage(events, events.IsEmpty ? from : events[^1].Sequence);
            },
            cancel
        );
    }

    static Task<IResult> LogAsync(AnswerCache kept, SweepReplica sweeps, string id, string trial, string? after, HttpContext context)
    {
        if (Number(after ?? "0") is not { } from)
            return Task.FromResult(Malformed("after", after));
        return ApiResults.OfAsync(
            sweeps,
            id,
            trial,
            async (_, found) =>
            {
                var log = (
                    await kept.GetAsync(
                        string.Create(CultureInfo.InvariantCulture, $"log {found.Number} {id}"),
                        before => Task.FromResult<Answer?>(Grown(before, sweeps, id, found.Number)),
                        context.RequestAborted,
                        // Another coordinator may have told more of it.
                        suffices: told => from <= told.Content.Length
                    )
                )!;
                if (from > log.Content.Length)
                    return ProblemResponses.Create(
                        StatusCodes.Status416RangeNotSatisfiable,
                        $"after: the log has {log.Content.Length} bytes, not {from}"
                    );
                context.Response.Headers["X-Next"] = log.Content.Length.ToString(CultureInfo.InvariantCulture);
                return new AnswerResult(log, (int)from);
            }
        );
    }

    /// <summary>The log with what is new, which alone is read.</summary>
    static Answer Grown(Answer? before, SweepReplica sweeps, string id, int trial)
    {
        before ??= new Answer(default, "text/plain; charset=utf-8");
        var news = sweeps.TrialEvents(id, trial, before.Sequence).ToList();
        return news.Count == 0
            ? before
            : new Answer((byte[])[.. before.Content.Span, .. TrialLog.Of(news.Select(entry => entry.Event))], before.ContentType)
            {
                Sequence = news[^1].Sequence,
            };
    }

    static IResult Malformed(string name, string? value) =>
        ProblemResponses.Create(StatusCodes.Status400BadRequest, $"{name}: expected a whole number from 0, found '{value}'");

    static long? Number(string text) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
