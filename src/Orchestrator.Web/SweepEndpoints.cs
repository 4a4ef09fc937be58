using System.Data.Common;
using System.Text;
using Akka.Actor;
using Akka.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;
using Orchestrator.Cluster.Hosting;
using Orchestrator.Cluster.Journal;
using Orchestrator.Cluster.Protocol;
using Orchestrator.Reports.Results;
using Orchestrator.Sweeps;
using Orchestrator.Sweeps.Domain;
using Orchestrator.Sweeps.Specs;

namespace Orchestrator.Web;

/// <summary><c>/api/sweeps</c>: any coordinator answers, whichever is the active one. What is read comes from the journal, what is asked for goes to the active coordinator.</summary>
public static class SweepEndpoints
{
    const int LargestSweepFile = 256 << 10;
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(30), AskAgain = TimeSpan.FromSeconds(2);

    public static void MapSweeps(this IEndpointRouteBuilder routes, SweepFollower sweeps)
    {
        var api = routes.MapGroup("/api/sweeps").AddEndpointFilter(JournalErrors);
        api.MapPost("/", SubmitAsync);
        api.MapGet("/", () => Json(new SweepList([.. sweeps.Sweeps().Select(sweeps.Sweep).OfType<SweepState>().Select(state => SweepResults.From(state).Sweep)])));
        api.MapGet("/{id}/results", (string id) => Of(sweeps, id, state => Json(SweepResults.From(state))));
        api.MapGet("/{id}/state", (string id, IRequiredActor<CoordinatorKey> coordinator) => AskAsync(coordinator, new SweepProtocol.Describe(id)));
        api.MapPost("/{id}/stop", (string id, IRequiredActor<CoordinatorKey> coordinator) => AskAsync(coordinator, new SweepProtocol.Stop(id)));
    }

    static async Task<IResult> SubmitAsync(HttpRequest request, IRequiredActor<CoordinatorKey> coordinator)
    {
        if (request.HttpContext.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit) limit.MaxRequestBodySize = LargestSweepFile;
        string text;
        try
        {
            using var reader = new StreamReader(request.Body, new UTF8Encoding(false, throwOnInvalidBytes: true));
            text = await reader.ReadToEndAsync(request.HttpContext.RequestAborted);
        }
        catch (DecoderFallbackException)
        {
            return Problem(StatusCodes.Status400BadRequest, "the sweep file is not UTF-8");
        }
        catch (BadHttpRequestException error)
        {
            return Problem(error.StatusCode, $"the sweep file cannot be read: {error.Message}");
        }

        try
        {
            return await AskAsync(coordinator, new SweepProtocol.Submit(SweepFile.Parse(text, "sweep file"), text));
        }
        catch (SweepFileException error)
        {
            return Problem(StatusCodes.Status400BadRequest, error.Message);
        }
    }

    static async Task<IResult> AskAsync(IRequiredActor<CoordinatorKey> coordinator, IProtocolMessage message)
    {
        var active = await coordinator.GetAsync();
        // What is said to a coordinator that is just failing is lost; all that can be asked for may be asked twice.
        for (var left = Patience; left > TimeSpan.Zero; left -= AskAgain)
        {
            try
            {
                return Answer(await active.Ask<IProtocolMessage>(message, AskAgain));
            }
            catch (AskTimeoutException)
            {
                // the next one may be there by now
            }
        }

        return Problem(StatusCodes.Status503ServiceUnavailable, "no coordinator answered; nothing is known to have happened, and the same request may be sent again");
    }

    static IResult Answer(IProtocolMessage answer) => answer switch
    {
        SweepProtocol.SubmitAccepted accepted => Json(new { id = accepted.Sweep }),
        SweepProtocol.Description description => Json(description),
        SweepProtocol.SubmitRefused refused => Problem(StatusCodes.Status409Conflict, refused.Reason),
        _ => throw new InvalidOperationException($"unexpected answer {answer.GetType().Name}"),
    };

    static IResult Of(SweepFollower sweeps, string id, Func<SweepState, IResult> result) =>
        sweeps.Sweep(id) is { } state ? result(state) : Problem(StatusCodes.Status404NotFound, $"there is no sweep '{id}'");

    static async ValueTask<object?> JournalErrors(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        try
        {
            return await next(context);
        }
        catch (DbException)
        {
            return Problem(StatusCodes.Status503ServiceUnavailable, "the journal does not answer; try again");
        }
    }

    static IResult Json(object value) => Results.Json(value, OrchestratorJson.Indented);

    static IResult Problem(int status, string detail) => Results.Problem(detail, statusCode: status);
}
