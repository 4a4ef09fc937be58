using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Orchestrator.Web.Server;

/// <summary>HEAD is answered as GET is, without the body.</summary>
static class HeadRequests
{
    /// <param name="endless">Path of the one answer that has no end, and which HEAD is not for.</param>
    public static void UseHeadRequests(this IApplicationBuilder pipeline, string endless) =>
        pipeline.Use(
            async (context, next) =>
            {
                if (!HttpMethods.IsHead(context.Request.Method) || context.Request.Path.Equals(endless, StringComparison.OrdinalIgnoreCase))
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
