using System.Net;
using Akka.Actor;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.Extensions.DependencyInjection;
using Orchestrator.Cluster.Journal;
using Orchestrator.Cluster.Membership;
using Orchestrator.Cluster.Metrics;
using Orchestrator.Cluster.Protocol;
using Orchestrator.Sweeps;
using Orchestrator.Web.Access;
using Orchestrator.Web.Api;
using Orchestrator.Web.Nodes;
using Orchestrator.Web.Page;
using Orchestrator.Web.Server;

namespace Orchestrator.Web;

/// <summary>A node's HTTP server: what comes before every endpoint, and the endpoints of its roles.</summary>
public static class NodeHttpServer
{
    public static void AddNodeHttpServer(this WebApplicationBuilder builder, WebOptions options, TimeProvider time)
    {
        var scheme = options.Certificate is null ? "http" : "https";
        var host = options.Host.Contains(':', StringComparison.Ordinal) ? $"[{options.Host}]" : options.Host;
        builder
            .WebHost.UseKestrelCore()
            .UseKestrelHttpsConfiguration()
            .UseUrls($"{scheme}://{host}:{options.Port}")
            .ConfigureKestrel(kestrel =>
            {
                var limits = options.Limits;
                kestrel.AddServerHeader = false;
                kestrel.Limits.MaxRequestBodySize = limits.BodyBytes;
                kestrel.Limits.MaxRequestHeadersTotalSize = limits.HeaderBytes;
                kestrel.Limits.MaxRequestHeaderCount = limits.Headers;
                kestrel.Limits.MaxRequestLineSize = limits.RequestLineBytes;
                kestrel.Limits.MaxConcurrentConnections = limits.Connections;
                kestrel.Limits.RequestHeadersTimeout = limits.Headings;
                kestrel.Limits.KeepAliveTimeout = limits.KeepAlive;
                kestrel.ConfigureEndpointDefaults(new ConnectionGate(limits, time).Guard);
                if (options.Certificate is { } certificate)
                    kestrel.ConfigureHttpsDefaults(https =>
                        (https.ServerCertificate, https.ServerCertificateChain) = (certificate.Own, certificate.Chain)
                    );
            });
        builder.Services.AddRoutingCore();
        builder.Services.AddProblemDetails();
        builder.Services.AddRequestRates(options.Limits);
        builder.Services.AddSingleton(options.Limits);
        builder.Services.AddSingleton(new AnswersInFlight(options.Limits.AnswersOfOne, options.Limits.Answers));
        builder.Services.AddResponseCompression(compression => compression.EnableForHttps = true);
        builder.Services.AddSingleton(options);
        builder.Services.AddApiAccess(new CallerIdentity(options.Tokens, options.AllowPlain, options.TrustLoopback));
        builder.Services.Configure<JsonOptions>(json =>
        {
            json.SerializerOptions.PropertyNamingPolicy = OrchestratorJson.Compact.PropertyNamingPolicy;
            foreach (var converter in OrchestratorJson.Compact.Converters)
                json.SerializerOptions.Converters.Add(converter);
        });
        builder.Services.AddSingleton<NodeDirectory>();
        builder.Services.AddApiDocument();
    }

    /// <summary>What every node answers, and on a coordinator, which alone has a journal, the API and the live page.</summary>
    /// <param name="folder">This node's data folder: where artifacts are.</param>
    public static void UseNodeHttpServer(
        this WebApplication host,
        ClusterMetrics metrics,
        JournalDatabase? journal,
        DataFolder folder,
        TimeProvider time
    )
    {
        var options = host.Services.GetRequiredService<WebOptions>();
        host.UseSecurityHeaders();
        host.UseProblemResponses();
        // Before the method is changed, since it decides which endpoint it is.
        host.UseRateLimiter();
        host.UseHeadRequests(endless: EventEndpoints.Path);
        host.UseRouting();
        host.UseApiAccess();
        host.UseWhen(
            context => !context.Request.Path.StartsWithSegments(EventEndpoints.Path),
            pipeline => pipeline.UseResponseCompression()
        );
        host.Lifetime.ApplicationStarted.Register(() => Announce(host, options));
        if (journal is null)
        {
            host.MapProbes(metrics, () => Task.FromResult((string?)null), time);
            return;
        }

        var reader = new JournalReader(journal);
        var sweeps = new SweepReplica(reader);
        var health = new JournalHealth(journal, sweeps, time);
        host.Lifetime.ApplicationStarted.Register(() => health.Follow(host.Services.GetRequiredService<ActorSystem>()));
        host.MapProbes(metrics, health.ProblemAsync, time);
        host.UseJournalErrors(journal);
        var kept = new AnswerCache(time, AnswerCache.Second);
        // Whoever changes something reads it afterwards.
        host.Use(
            async (context, next) =>
            {
                await next(context);
                if (!HttpMethods.IsGet(context.Request.Method))
                    kept.Forget();
            }
        );
        var api = host.MapGroup(ApiAccess.Root).RequireAuthorization();
        api.MapSweeps(sweeps, health, kept, folder, options.Tokens, time);
        api.MapEvents(reader, sweeps, kept, time);
        api.MapNodes(sweeps, kept);
        api.MapApiDocument();
        host.MapServiceDiscovery(kept);
        host.MapPage();
    }

    // Which port it is, is known now and not before.
    static void Announce(WebApplication host, WebOptions options)
    {
        var port = new Uri(host.Urls.First()).Port;
        var isAnywhere = !IPAddress.TryParse(options.Host, out var address)
            ? options.Host is "*" or "+"
            : address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any);
        host.Services.GetRequiredService<ActorSystem>()
            .ActorOf(
                NodeFactsActor.Props(
                    new NodeProtocol.NodeFacts(
                        new NodeProtocol.WebAddress(isAnywhere ? null : options.Host, port, options.Certificate is not null),
                        options.Findings
                    )
                ),
                NodeFactsActor.Name
            );
    }
}
