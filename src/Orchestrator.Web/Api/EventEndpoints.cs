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
using Orchestrator.Web.Events;
using Orchestrator.Web.Nodes;
using Orchestrator.Web.Server;

namespace Orchestrator.Web.Api;

/// <summary><c>/api/events</c>: what is new, as it comes, from any coordinator.</summary>
static class EventEndpoints
{
    public const string Path = ApiAccess.Root + Below;
    const string Below = "/events";
    static readonly TimeSpan Silence = TimeSpan.FromSeconds(15);

    /// <param name="kept">Answers that are out of date as soon as something new is told.</param>
    public static void MapEvents(
        this IEndpointRouteBuilder api,
        JournalReader journal,
        SweepReplica sweeps,
        AnswerCache kept,
        TimeProvider time
    )
    {
        var services = api.ServiceProvider;
        var limits = services.GetRequiredService<WebLimits>();
        // The actor system is there once the node has started.
        var broadcaster = new Lazy<EventBroadcaster>(() =>
        {
            var system = services.GetRequiredService<ActorSystem>();
            var directory = services.GetRequiredService<NodeDirectory>();
            var coordinator = services.GetRequiredService<IRequiredActor<CoordinatorKey>>();
            return new EventBroadcaster(
                journal,
                sweeps,
                async news =>
                    await NodeList.OfAsync(system, await coordinator.GetAsync(), [.. news.States], directory, CancellationToken.None),
                limits,
                time,
                error => Logging.GetLogger(system, "http").Error(error, Path),
                kept.Forget
            );
        });
        var stopping = services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping;
        api.MapGet(
                Below,
                (HttpContext context, CallerIdentity identity, CancellationToken gone) =>
                    AnswerAsync(context, identity, broadcaster.Value, limits, stopping, time, gone)
            )
            .WithMetadata(new TokenInAddress())
            .WithSummary("Server-sent events: sweep, trial and nodes; goes on after Last-Event-ID")
            .Produces<string>(contentType: "text/event-stream");
    }

    static async Task<IResult> AnswerAsync(
        HttpContext context,
        CallerIdentity identity,
        EventBroadcaster broadcaster,
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
                return ProblemResponses.Create(
                    StatusCodes.Status400BadRequest,
                    "the last event's id is not one that was given out here; leave it out, and ask for the sweeps anew"
                );
        }

        // A token can be revoked, and a token file made, while the stream goes on.
        var caller = Caller.From(context);
        var name = $"{context.User.Identity?.Name} {CallerNetwork.Of(context.Connection.RemoteIpAddress)}";
        if (await broadcaster.SubscribeAsync(name, from, () => identity.Of(caller).Succeeded, gone) is not { } subscriber)
        {
            context.Response.Headers.RetryAfter = "10";
            return ProblemResponses.Create(
                StatusCodes.Status503ServiceUnavailable,
                $"{limits.Subscribers} callers follow already, or you do {limits.SubscribersOfOne} times; close a page that nobody looks "
                    + "at, or ask another coordinator"
            );
        }

        try
        {
            using var end = CancellationTokenSource.CreateLinkedTokenSource(gone, subscriber.Cut, stopping);
            end.CancelAfter(limits.LongestSubscription);
            await WriteAsync(context.Response, subscriber, time, end.Token);
        }
        catch (OperationCanceledException)
        {
            // Gone, too slow, or to come again. An orderly end would wait for a caller that takes nothing.
            context.Abort();
        }
        finally
        {
            await broadcaster.UnsubscribeAsync(subscriber);
        }

        return Results.Empty;
    }

    static async Task WriteAsync(HttpResponse response, EventSubscriber subscriber, TimeProvider time, CancellationToken end)
    {
        response.ContentType = "text/event-stream";
        response.Headers.CacheControl = "no-store";
        response.Headers["X-Accel-Buffering"] = "no"; // a proxy is not to collect what is told as it comes
        while (true)
        {
            using var silence = CancellationTokenSource.CreateLinkedTokenSource(end);
            var next = subscriber.Queue.WaitToReadAsync(silence.Token).AsTask();
            if (await Task.WhenAny(next, Task.Delay(Silence, time, silence.Token)) != next)
            {
                await response.BodyWriter.WriteAsync(SseWriter.Comment, end);
            }
            else
            {
                await next;
                while (subscriber.Queue.TryRead(out var events))
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
