using Akka.Actor;
using Akka.Event;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Orchestrator.Web.Access;

/// <summary>Lets through to <c>/api</c> whoever may do what is asked for. Everything else (the probes, the metrics, service discovery, the page's files) shows no sweep's content and is open to all.</summary>
sealed class ApiAccess(TokenFile tokens, bool allowPlain)
{
    public const string EventsPath = "/api/events";

    public void Use(IApplicationBuilder pipeline) => pipeline.Use(InvokeAsync);

    Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        if (!context.Request.Path.StartsWithSegments("/api")) return next(context);
        var reads = HttpMethods.IsGet(context.Request.Method) || HttpMethods.IsHead(context.Request.Method);
        var caller = Caller.Of(context, tokenInQuery: context.Request.Path.Equals(EventsPath, StringComparison.OrdinalIgnoreCase));
        var (who, refusal) = Decide(caller, reads, context);
        if (refusal is not null) return refusal.ExecuteAsync(context);
        if (!reads) Log(context).Info("{0} {1} by {2}", context.Request.Method, context.Request.Path.ToUriComponent(), who);
        return next(context);
    }

    (string Who, IResult? Refusal) Decide(Caller caller, bool reads, HttpContext context)
    {
        if (!reads && caller.IsCrossSite) return Refuse(StatusCodes.Status403Forbidden, "a page of another site may not change anything here");
        if (caller.IsLocal && caller.Token is null) return ("a caller on this machine", null);
        if (!caller.IsPrivate && !allowPlain)
        {
            return Refuse(StatusCodes.Status403Forbidden,
                "the API answers callers on other machines over HTTPS only; set http.tls.certificate and http.tls.key, or call it on its own machine by number (http://127.0.0.1)");
        }

        if (caller.Token is null) return Challenge("Bearer", "a token is needed, as 'Authorization: Bearer …'; 'orchestrator token create' makes one");
        ApiToken? token;
        try
        {
            token = tokens.Find(caller.Token);
        }
        catch (TokenFileException error)
        {
            Log(context).Error("{0}", error.Message);
            return Refuse(StatusCodes.Status503ServiceUnavailable, "the tokens cannot be read; the coordinator's log says why");
        }

        if (token is null) return Challenge("Bearer error=\"invalid_token\"", "the token is not known, or was revoked");
        if (!reads && token.Role != AccessRole.Operator) return Refuse(StatusCodes.Status403Forbidden, $"the token {token.Id} is a viewer's: it reads, and changes nothing");
        return ($"token {token.Id}", null);

        (string, IResult) Challenge(string challenge, string detail)
        {
            context.Response.Headers.WWWAuthenticate = challenge;
            return Refuse(StatusCodes.Status401Unauthorized, detail);
        }
    }

    static (string, IResult) Refuse(int status, string detail) => ("", Results.Problem(detail, statusCode: status));

    static ILoggingAdapter Log(HttpContext context) => Logging.GetLogger(context.RequestServices.GetRequiredService<ActorSystem>(), "http");
}
