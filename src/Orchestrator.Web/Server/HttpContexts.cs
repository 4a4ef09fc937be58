using Akka.Actor;
using Akka.Event;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Orchestrator.Web.Server;

/// <summary>What several parts ask of a request.</summary>
static class HttpContexts
{
    /// <summary>Whether the request asks for nothing to be changed.</summary>
    public static bool IsReading(this HttpRequest request) => HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method);

    /// <summary>The log of the node that answers.</summary>
    public static ILoggingAdapter Log(this HttpContext context) =>
        Logging.GetLogger(context.RequestServices.GetRequiredService<ActorSystem>(), "http");
}
