using Akka.Actor;
using Akka.Event;
using Akka.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orchestrator.Cluster.Hosting;
using Orchestrator.Cluster.Journal;
using Orchestrator.Web.Access;
using Orchestrator.Web.Limits;
using Orchestrator.Web.Nodes;

namespace Orchestrator.Web.Events;

/// <summary><c>/api/events</c>: what is new, as it comes, from any coordinator.</summary>
static class EventEndpoints
{
    static readonly TimeSpan Silence = TimeSpan.FromSeconds(15);

    /// <param name="kept">Answers that are out of date as soon as something new is told.</param>
    public static void MapEvents(
        this IEndpointRouteBuilder routes,
        JournalReader journal,
        SweepFollower sweeps,
        AnswerCache kept,
        TimeProvider time
    )
    {
        var services = routes.ServiceProvider;
        var limits = services.GetRequiredService<WebLimits>();
        // The actor system is there once the node has started.
        var feed = new Lazy<SweepFeed>(() =>
        {
            var system = services.GetRequiredService<ActorSystem>();
            var coordinator = services.GetRequiredService<IRequiredActor<CoordinatorKey>>();
            return new SweepFeed(
                journal,
                sweeps,
                async news => await NodeList.OfAsync(system, await coordinator.GetAsync(), [.. news.States], CancellationToken.None),
                limits,
                time,
                error => Logging.GetLogger(system, "http").Error(error, ApiAccess.EventsPath),
                kept.Forget
            );
        });
        var stopping = services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping;
        routes
            .MapGroup(ApiAccess.EventsPath)
            .MapGet("/", (HttpContext context, CancellationToken gone) => AnswerAsync(context, feed.Value, limits, stopping, time, gone))
            .WithSummary("Server-sent events: sweep, trial and nodes; goes on after Last-Event-ID")
            .Produces<string>(contentType: "text/event-stream");
    }

    static async Task<IResult> AnswerAsync(
        HttpContext context,
        SweepFeed feed,
        WebLimits limits,
        CancellationToken stopping,
        TimeProvider time,
        CancellationToken gone
    )
    {
        JournalPosition? from = null;
        if (LastId(context.Request) is { } id)
        {
            from = JournalPosition.Parse(id);
            if (from is null)
                return Results.Problem(
                    "the last event's id is not one that was given out here; leave it out, and ask for the sweeps anew",
                    statusCode: StatusCodes.Status400BadRequest
                );
        }

        var admission = context.Features.Get<Admission>();
        var caller = $"{admission?.Who} {CallerNetwork.Of(context.Connection.RemoteIpAddress)}";
        if (await feed.FollowAsync(caller, from, admission?.MayStay ?? (() => true), gone) is not { } follower)
        {
            context.Response.Headers.RetryAfter = "10";
            return Answers.Problem(
                StatusCodes.Status503ServiceUnavailable,
                $"{limits.Followers} callers follow already, or you do {limits.FollowersOfOne} times; close a page that nobody looks at, "
                    + $"or ask another coordinator"
            );
        }

        try
        {
            using var end = CancellationTokenSource.CreateLinkedTokenSource(gone, follower.Cut, stopping);
            end.CancelAfter(limits.LongestFollowing);
            await WriteAsync(context.Response, follower, time, end.Token);
        }
        catch (OperationCanceledException)
        {
            // Gone, too slow, or to come again. An orderly end would wait for a caller that takes nothing.
            context.Abort();
        }
        finally
        {
            await feed.LeaveAsync(follower);
        }

        return Results.Empty;
    }

    static async Task WriteAsync(HttpResponse response, Follower follower, TimeProvider time, CancellationToken end)
    {
        response.ContentType = "text/event-stream";
        response.Headers.CacheControl = "no-store";
        response.Headers["X-Accel-Buffering"] = "no"; // a proxy is not to collect what is told as it comes
        while (true)
        {
            using var silence = CancellationTokenSource.CreateLinkedTokenSource(end);
            var next = follower.Queue.WaitToReadAsync(silence.Token).AsTask();
            if (await Task.WhenAny(next, Task.Delay(Silence, time, silence.Token)) != next)
            {
                await response.BodyWriter.WriteAsync(EventText.Comment, end);
            }
            else
            {
                await next;
                while (follower.Queue.TryRead(out var events))
                    await response.BodyWriter.WriteAsync(events, end);
            }

            await silence.CancelAsync();
        }
    }

    static string? LastId(HttpRequest request) =>
        request.Headers["Last-Event-ID"] is [{ Length: > 0 } header, ..] ? header
        : request.Query["last_event_id"] is [{ Length: > 0 } query, ..] ? query
        : null;
}
