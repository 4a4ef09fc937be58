using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Orchestrator.Sweeps;
using Orchestrator.Sweeps.SweepFiles;
using Orchestrator.Web.Server;

namespace Orchestrator.Web.Api;

/// <summary>What a caller sends.</summary>
static class RequestBody
{
    /// <summary>What is wrong with a body is the caller's to mend.</summary>
    public static async Task<IResult> OrBadAsync(Func<Task<IResult>> answer)
    {
        try
        {
            return await answer();
        }
        catch (BadBody bad)
        {
            return ProblemResponses.Create(bad.Status, bad.Message);
        }
        catch (ForkFileException error)
        {
            return ProblemResponses.Create(StatusCodes.Status400BadRequest, $"set: {error.Message}");
        }
        catch (SweepFileException error)
        {
            return ProblemResponses.Create(StatusCodes.Status400BadRequest, error.Message);
        }
    }

    public static async Task<string> ReadAsync(HttpRequest request, string what, int largest)
    {
        if (request.HttpContext.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
            limit.MaxRequestBodySize = largest;
        try
        {
            using var reader = new StreamReader(request.Body, new UTF8Encoding(false, throwOnInvalidBytes: true));
            return await reader.ReadToEndAsync(request.HttpContext.RequestAborted);
        }
        catch (DecoderFallbackException)
        {
            throw new BadBody(StatusCodes.Status400BadRequest, $"{what} is not UTF-8");
        }
        catch (BadHttpRequestException error)
        {
            throw new BadBody(error.StatusCode, $"{what} cannot be read: {error.Message}");
        }
    }

    /// <param name="expected">Said where it is none.</param>
    public static async Task<T> JsonAsync<T>(HttpRequest request, int largest, string expected)
    {
        var body = await ReadAsync(request, "the body", largest);
        try
        {
            return JsonSerializer.Deserialize<T>(body, OrchestratorJson.Compact)
                ?? throw new BadBody(StatusCodes.Status400BadRequest, $"the body is null: {expected}");
        }
        catch (JsonException error)
        {
            throw new BadBody(StatusCodes.Status400BadRequest, $"the body is not what is taken ({expected}): {error.Message}");
        }
    }
}

sealed class BadBody(int status, string message) : Exception(message)
{
    public int Status => status;
}
