using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Net.Http.Headers;

namespace Orchestrator.Web.Server;

/// <summary>Sends an answer in pieces, compressed where the caller takes it, and not at all where the caller has it already: what a slow
/// reader holds in memory is one piece, and what all of them wait for is bounded.</summary>
/// <param name="start">The first byte that is sent.</param>
sealed class AnswerResult(Answer answer, int start = 0) : IResult
{
    const int Piece = 64 << 10;

    public Task ExecuteAsync(HttpContext context)
    {
        if (!IsKnown(context.Request))
            return SendAsync(context);
        Describe(context.Response);
        context.Response.StatusCode = StatusCodes.Status304NotModified;
        return Task.CompletedTask;
    }

    async Task SendAsync(HttpContext context)
    {
        var compressed = start == 0 && TakesGzip(context.Request) ? answer.Compressed : null;
        var content = compressed ?? answer.Content[start..];
        using var room = context.RequestServices.GetService<AnswersInFlight>() is { } inFlight
            ? inFlight.Take(CallerNetwork.Of(context.Connection.RemoteIpAddress), content.Length) ?? Refused.Instance
            : null;
        var response = context.Response;
        if (room == Refused.Instance)
        {
            response.Headers.RetryAfter = "1";
            await ProblemResponses
                .Create(StatusCodes.Status429TooManyRequests, "earlier answers to you are still on their way; read them first")
                .ExecuteAsync(context);
            return;
        }

        Describe(response);
        response.ContentType = answer.ContentType;
        response.ContentLength = content.Length;
        if (compressed is not null)
            response.Headers.ContentEncoding = "gzip";
        for (var from = 0; from < content.Length; from += Piece)
            await response.Body.WriteAsync(content.Slice(from, Math.Min(Piece, content.Length - from)), context.RequestAborted);
    }

    void Describe(HttpResponse response)
    {
        response.GetTypedHeaders().ETag = answer.Tag;
        response.Headers.CacheControl = "private, no-cache"; // kept, and asked for whether it is still the same
        response.Headers.Append(HeaderNames.Vary, HeaderNames.AcceptEncoding);
    }

    bool IsKnown(HttpRequest request) =>
        request
            .GetTypedHeaders()
            .IfNoneMatch.Any(known => known.Equals(EntityTagHeaderValue.Any) || known.Compare(answer.Tag, useStrongComparison: false));

    static bool TakesGzip(HttpRequest request) =>
        request.GetTypedHeaders().AcceptEncoding.Any(coding => coding.Value == "gzip" && coding.Quality is null or > 0);

    sealed class Refused : IDisposable
    {
        public static Refused Instance { get; } = new();

        public void Dispose()
        {
            // nothing was taken
        }
    }
}
