using Akka.Actor;
using Akka.Event;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Orchestrator.Web.Access;

/// <summary>Lets through to <c>/api</c> whoever may do what is asked for. Everything else (the probes, the metrics, service discovery, the
/// page's files) shows no sweep's content and is open to all.</summary>
/// <param name="trustLoopback">A program on this machine needs no token while there are none. A port forward or proxy on this machine looks
/// like one.</param>
sealed class ApiAccess(TokenFile tokens, bool allowPlain, bool trustLoopback)
{
    public const string EventsPath = "/api/events";

    const string NoToken =
        "a token is needed, as 'Authorization: Bearer …' (the command line takes it from the variable ORCHESTRATOR_TOKEN); 'orchestrator "
        + "token create' makes one";

    public void Use(IApplicationBuilder pipeline) => pipeline.Use(InvokeAsync);

    async Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        if (!context.Request.Path.StartsWithSegments("/api"))
        {
            await next(context);
            return;
        }

        var reads = HttpMethods.IsGet(context.Request.Method) || HttpMethods.IsHead(context.Request.Method);
        var caller = Caller.Of(context, tokenInQuery: context.Request.Path.Equals(EventsPath, StringComparison.OrdinalIgnoreCase));
        var (who, refusal) = Decide(caller, reads);
        if (refusal is not null)
        {
            if (refusal.Log is { } error)
                Log(context).Error("{0}", error);
            if (refusal.Challenge is { } challenge)
                context.Response.Headers.WWWAuthenticate = challenge;
            await Answers.Problem(refusal.Status, refusal.Detail).ExecuteAsync(context);
            return;
        }

        context.Features.Set(new Admission(who, () => Decide(caller, reads).Refusal is null));
        if (!reads)
            Log(context).Info("{0} {1} by {2}", context.Request.Method, context.Request.Path.ToUriComponent(), who);
        await next(context);
    }

    (string Who, Refusal? Refusal) Decide(Caller caller, bool reads)
    {
        if (!reads && caller.IsCrossSite)
            return Refuse(StatusCodes.Status403Forbidden, "a page of another site may not change anything here");
        if (trustLoopback && caller.IsLocal && caller.Token is null && !tokens.Exists)
            return ("a caller on this machine", null);
        if (!caller.IsPrivate && !allowPlain)
        {
            return Refuse(
                StatusCodes.Status403Forbidden,
                "the API answers callers on other machines over HTTPS only; set http.tls.certificate and http.tls.key, or call it on its "
                    + "own machine by number (http://127.0.0.1)"
            );
        }

        if (caller.Token is null)
            return ("", new Refusal(StatusCodes.Status401Unauthorized, NoToken) { Challenge = "Bearer" });
        ApiToken? token;
        try
        {
            token = tokens.Find(caller.Token);
        }
        catch (TokenFileException error)
        {
            return (
                "",
                new Refusal(StatusCodes.Status503ServiceUnavailable, "the tokens cannot be read; the coordinator's log says why")
                {
                    Log = error.Message,
                }
            );
        }

        if (token is null)
            return (
                "",
                new Refusal(StatusCodes.Status401Unauthorized, "the token is not known, or was revoked")
                {
                    Challenge = "Bearer error=\"invalid_token\"",
                }
            );
        if (!reads && token.Role != AccessRole.Operator)
            return Refuse(StatusCodes.Status403Forbidden, $"the token {token.Id} is a viewer's: it reads, and changes nothing");
        return ($"token {token.Id}", null);
    }

    static (string, Refusal) Refuse(int status, string detail) => ("", new Refusal(status, detail));

    static ILoggingAdapter Log(HttpContext context) => Logging.GetLogger(context.RequestServices.GetRequiredService<ActorSystem>(), "http");

    sealed record Refusal(int Status, string Detail)
    {
        /// <summary>How the caller may show who it is.</summary>
        public string? Challenge { get; init; }

        /// <summary>For the operator of the node.</summary>
        public string? Log { get; init; }
    }
}

/// <summary>Who was let through.</summary>
/// <param name="MayStay">Whether it still would be: a token can be revoked, and a token file made, while an answer goes on.</param>
sealed record Admission(string Who, Func<bool> MayStay);
