using Akka.Event;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http;

namespace Orchestrator.Web.Server;

/// <summary>Every error is a problem document, also one that no endpoint of ours wrote.</summary>
static class ProblemResponses
{
    public static IResult Create(int status, string detail) => Results.Problem(detail, statusCode: status);

    public static void UseProblemResponses(this IApplicationBuilder pipeline)
    {
        pipeline.UseExceptionHandler(
            new ExceptionHandlerOptions
            {
                StatusCodeSelector = StatusOf,
                ExceptionHandler = context =>
                {
                    var error = context.Features.Get<IExceptionHandlerFeature>()!.Error;
                    if (error is BadHttpRequestException bad)
                        return WriteAsync(context, bad.Message);
                    context.Log().Error(error, "{0} {1}", context.Request.Method, context.Request.Path.ToUriComponent());
                    return WriteAsync(context, "an error of the coordinator's own; its log says more");
                },
            }
        );
        pipeline.UseStatusCodePages(page => WriteAsync(page.HttpContext, Detail(page.HttpContext)));
    }

    static int StatusOf(Exception error) =>
        error is BadHttpRequestException bad ? bad.StatusCode : StatusCodes.Status500InternalServerError;

    static string? Detail(HttpContext context) =>
        context.Response.StatusCode switch
        {
            StatusCodes.Status404NotFound =>
                $"there is nothing at {context.Request.Path.ToUriComponent()}; /api/openapi.json lists what there is",
            StatusCodes.Status405MethodNotAllowed =>
                $"{context.Request.Method} is not for {context.Request.Path.ToUriComponent()}; use {context.Response.Headers.Allow}",
            StatusCodes.Status429TooManyRequests => "too many requests; wait a second",
            _ => null,
        };

    static Task WriteAsync(HttpContext context, string? detail) =>
        Results.Problem(detail, statusCode: context.Response.StatusCode).ExecuteAsync(context);
}
