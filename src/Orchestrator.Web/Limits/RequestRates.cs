using System.Net;
using System.Net.Sockets;
using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Orchestrator.Web.Limits;

/// <summary>Counts requests per caller. Probes and scrapes are not counted: a node under load must not look dead.</summary>
static class RequestRates
{
    static readonly string[] Uncounted = ["/healthz", "/readyz", "/metrics", "/sd"];

    public static void AddRequestRates(this IServiceCollection services, WebLimits limits) => services.AddRateLimiter(options =>
    {
        options.RejectionStatusCode = StatusCodes.Status429TooManyRequests;
        options.GlobalLimiter = PartitionedRateLimiter.Create<HttpContext, (string, bool)>(context => Of(context, limits));
        options.OnRejected = (rejected, _) =>
        {
            rejected.HttpContext.Response.Headers.RetryAfter = "1";
            return ValueTask.CompletedTask;   // the body is written where every error's is
        };
    });

    static RateLimitPartition<(string, bool)> Of(HttpContext context, WebLimits limits)
    {
        if (Array.Exists(Uncounted, path => context.Request.Path.StartsWithSegments(path))) return RateLimitPartition.GetNoLimiter(("", false));
        var reads = HttpMethods.IsGet(context.Request.Method) || HttpMethods.IsHead(context.Request.Method);
        var rate = reads ? limits.Reads : limits.Writes;
        return RateLimitPartition.GetTokenBucketLimiter((Network(context.Connection.RemoteIpAddress), reads), _ => new TokenBucketRateLimiterOptions
        {
            TokenLimit = rate.AtOnce,
            TokensPerPeriod = rate.PerSecond,
            ReplenishmentPeriod = TimeSpan.FromSeconds(1),
            QueueLimit = 0,
        });
    }

    // One caller has 2^64 addresses of IPv6.
    static string Network(IPAddress? address) => address switch
    {
        null => "",
        { IsIPv4MappedToIPv6: true } => address.MapToIPv4().ToString(),
        { AddressFamily: AddressFamily.InterNetworkV6 } => Convert.ToHexString(address.GetAddressBytes().AsSpan(0, 8)),
        _ => address.ToString(),
    };
}
