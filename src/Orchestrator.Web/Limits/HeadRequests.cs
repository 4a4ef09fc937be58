using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Orchestrator.Web.Access;

namespace Orchestrator.Web.Limits;

/// <summary>HEAD is answered as GET is, without the body: whatever is read can be asked for so, but for a stream of events, which has no
/// end.</summary>
static class HeadRequests
{
    public static void UseHeadRequests(this IApplicationBuilder pipeline) =>
        pipeline.Use(
            async (context, next) =>
            {
                if (
                    !HttpMethods.IsHead(context.Request.Method)
                    || context.Request.Path.Equals(ApiAccess.EventsPath, StringComparison.OrdinalIgnoreCase)
                )
                {
                    await next(context);
                    return;
                }

                var body = context.Response.Body;
                (context.Request.Method, context.Response.Body) = (HttpMethods.Get, Stream.Null);
                try
                {
                    await next(context);
                }
                finally
                {
                    // The server itself leaves out the body of an answer to HEAD, and keeps its length.
                    (context.Request.Method, context.Response.Body) = (HttpMethods.Head, body);
                }
            }
        );
}
