using Microsoft.AspNetCore.Builder;
using Microsoft.Net.Http.Headers;

namespace Orchestrator.Web.Server;

/// <summary>What browsers are told with every answer. An endpoint may say something else of its own.</summary>
public static class SecurityHeaders
{
    // An answer of the API is data: should a browser show it as a page, nothing in it does anything.
    const string OfData = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

    // Pictures that need a token are fetched by script and shown as blobs.
    const string OfPage =
        "default-src 'self'; img-src 'self' blob:; object-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    public static void UseSecurityHeaders(this IApplicationBuilder pipeline) =>
        pipeline.Use(
            (context, next) =>
            {
                // At the last moment: an error clears what was set before it.
                context.Response.OnStarting(() =>
                {
                    var headers = context.Response.Headers;
                    var isPage = context.Request.Path == "/" || context.Request.Path.StartsWithSegments("/page");
                    headers.TryAdd(HeaderNames.ContentSecurityPolicy, isPage ? OfPage : OfData);
                    headers.TryAdd(HeaderNames.XContentTypeOptions, "nosniff");
                    headers.TryAdd("Referrer-Policy", "no-referrer");
                    headers.TryAdd("Cross-Origin-Resource-Policy", "same-origin");
                    headers.TryAdd("Cross-Origin-Opener-Policy", "same-origin");
                    if (context.Request.Path.StartsWithSegments("/api"))
                        headers.TryAdd(HeaderNames.CacheControl, "no-store");
                    return Task.CompletedTask;
                });
                return next(context);
            }
        );
}
