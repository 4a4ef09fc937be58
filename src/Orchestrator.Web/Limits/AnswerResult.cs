using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Net.Http.Headers;

namespace Orchestrator.Web.Limits;

/// <summary>Sends an answer in pieces, compressed where the caller takes it: what a slow reader holds in memory is one piece, and what all
/// of them wait for is bounded.</summary>
sealed class AnswerResult(Answer answer) : IResult
{
    const int Piece = 64 << 10;

    public async Task ExecuteAsync(HttpContext context)
    {
        var compressed = TakesGzip(context.Request) ? answer.Compressed : null;
        var content = compressed ?? answer.Content;
        using var room = context.RequestServices.GetService<AnswersInFlight>() is { } inFlight
            ? inFlight.Take(CallerNetwork.Of(context.Connection.RemoteIpAddress), content.Length) ?? Refused.Instance
            : null;
        if (room == Refused.Instance)
        {
            context.Response.Headers.RetryAfter = "1";
            await Answers
                .Problem(StatusCodes.Status429TooManyRequests, "earlier answers to you are still on their way; read them first")
                .ExecuteAsync(context);
            return;
        }

        var response = context.Response;
        response.ContentType = answer.ContentType;
        response.ContentLength = content.Length;
        response.Headers.Append(HeaderNames.Vary, HeaderNames.AcceptEncoding);
        if (compressed is not null)
            response.Headers.ContentEncoding = "gzip";
        for (var from = 0; from < content.Length; from += Piece)
            await response.Body.WriteAsync(content.AsMemory(from, Math.Min(Piece, content.Length - from)), context.RequestAborted);
    }

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
