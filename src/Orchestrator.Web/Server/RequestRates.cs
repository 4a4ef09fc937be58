using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Orchestrator.Web.Server;

/// <summary>Counts requests per caller.</summary>
static class RequestRates
{
    // What waits is let in evenly.
    const int PeriodsPerSecond = 10;

    static readonly string[] Details = ["/trials", "/results", "/cost", "/curves", "/journal", "/state", "/openapi"];

    static readonly string[] Probes = ["/healthz", "/readyz"];

    public static void AddRequestRates(this IServiceCollection services, WebLimits limits) =>
        services.AddRateLimiter(options =>
        {
            options.RejectionStatusCode = StatusCodes.Status429TooManyRequests;
            options.GlobalLimiter = PartitionedRateLimiter.Create<HttpContext, (string, Kind)>(context => Of(context, limits));
            options.OnRejected = async (rejected, gone) =>
            {
                await Task.Delay(limits.HeldBack, gone);
                rejected.HttpContext.Response.Headers.RetryAfter = "1"; // the body is written where every error's is
            };
        });

    static RateLimitPartition<(string, Kind)> Of(HttpContext context, WebLimits limits)
    {
        var caller = CallerNetwork.Of(context.Connection.RemoteIpAddress);
        if (Array.Exists(Probes, path => context.Request.Path.StartsWithSegments(path)))
            return Limited(caller, Kind.Probe, new RequestRate(limits.Probes, limits.Probes), waiting: limits.ConnectionsOfOne);
        return !context.Request.IsReading() ? Limited(caller, Kind.Write, limits.Writes, waiting: 0)
            : IsDetail(context.Request.Path.Value!) ? Limited(caller, Kind.Detail, limits.Details, waiting: 0)
            : Limited(caller, Kind.Read, limits.Reads, waiting: 0);
    }

    // A page of many pictures asks for a lot at once, and pictures are kept.
    static bool IsDetail(string path) =>
        path.StartsWith("/api/", StringComparison.OrdinalIgnoreCase)
        && !path.Contains("/artifacts/", StringComparison.OrdinalIgnoreCase)
        && Array.Exists(Details, part => path.Contains(part, StringComparison.OrdinalIgnoreCase));

    static RateLimitPartition<(string, Kind)> Limited(string caller, Kind kind, RequestRate rate, int waiting) =>
        RateLimitPartition.GetTokenBucketLimiter(
            (caller, kind),
            _ => new TokenBucketRateLimiterOptions
            {
                TokenLimit = rate.AtOnce,
                TokensPerPeriod = (int)Math.Max(1, rate.PerSecond / PeriodsPerSecond),
                ReplenishmentPeriod = TimeSpan.FromSeconds(
                    rate.PerSecond < PeriodsPerSecond ? 1.0 / rate.PerSecond : 1.0 / PeriodsPerSecond
                ),
                QueueLimit = waiting,
            }
        );

    enum Kind
    {
        Probe,
        Read,
        Detail,
        Write,
    }
}
