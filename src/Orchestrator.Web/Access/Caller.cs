using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;
using Orchestrator.Web.Server;

namespace Orchestrator.Web.Access;

/// <summary>Who sends a request, as far as the connection and its headers tell.</summary>
/// <param name="IsLocal">A program on this machine, that means this machine: no token is asked for.</param>
/// <param name="IsPrivate">Nobody between can read along.</param>
/// <param name="IsCrossSite">A browser sends it on behalf of another site's page.</param>
/// <param name="Reads">It asks for nothing to be changed.</param>
/// <param name="Token">What it shows; null for none.</param>
sealed record Caller(bool IsLocal, bool IsPrivate, bool IsCrossSite, bool Reads, string? Token)
{
    const string Scheme = "Bearer ";
    static readonly string[] ProxyHeaders = ["Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Real-IP", "Via"];

    public static Caller From(HttpContext context)
    {
        var isLoopback = context.Connection.RemoteIpAddress is { } from && IPAddress.IsLoopback(from);
        var isForwarded = Array.Exists(ProxyHeaders, context.Request.Headers.ContainsKey);
        return new Caller(
            isLoopback && !isForwarded && NamesThisMachine(context.Request.Host.Host),
            isLoopback || context.Request.IsHttps,
            Foreign(context.Request),
            context.Request.IsReading(),
            TokenOf(context.Request, context.GetEndpoint()?.Metadata.GetMetadata<TokenInAddress>() is not null)
        );
    }

    // A page whose own name was made to point to 127.0.0.1 sends that name; a number nobody can make point elsewhere.
    static bool NamesThisMachine(string host) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase) || IPAddress.TryParse(host.Trim('[', ']'), out _);

    static bool Foreign(HttpRequest request)
    {
        if (request.Headers["Sec-Fetch-Site"] is [{ Length: > 0 } site, ..] && site is not ("same-origin" or "none"))
            return true;
        return request.Headers.Origin is [{ Length: > 0 } origin, ..]
            && !(
                Uri.TryCreate(origin, UriKind.Absolute, out var uri)
                && uri.Authority.Equals(request.Host.Value, StringComparison.OrdinalIgnoreCase)
            );
    }

    static string? TokenOf(HttpRequest request, bool tokenInQuery)
    {
        if (request.Headers[HeaderNames.Authorization] is [{ } header, ..])
            return header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) ? header[Scheme.Length..].Trim() : header;
        return tokenInQuery && request.Query["token"] is [{ } token, ..] ? token : null;
    }
}

/// <summary>Marks an endpoint that takes a token as <c>?token=</c> too: a browser's event source can set no header.</summary>
sealed record TokenInAddress;
