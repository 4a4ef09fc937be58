using System.Collections.Immutable;
using System.Data.Common;
using System.Net;
using Akka.Actor;
using Akka.Configuration;
using Akka.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Orchestrator.Cluster.Certificates;
using Orchestrator.Cluster.Devices;
using Orchestrator.Cluster.Hosting;
using Orchestrator.Cluster.Journal;
using Orchestrator.Cluster.Metrics;
using Orchestrator.Cluster.Protocol;
using Orchestrator.Cluster.Settings;
using Orchestrator.Cluster.Wire;
using Orchestrator.Sweeps;
using Orchestrator.Web.Access;
using Orchestrator.Web.Server;

namespace Orchestrator.Web.Tests.Running;

/// <summary>How a node of a test differs from a coordinator with one worker slot on loopback.</summary>
sealed record TestNodeSetup
{
    public int Workers { get; init; } = 1;
    public int Evaluators { get; init; }
    public bool IsCoordinator { get; init; } = true;
    public int Coordinators { get; init; } = 1;
    public int Port { get; init; }
    public ImmutableArray<int> Seeds { get; init; } = [];
    public WebLimits Limits { get; init; } = new() { HeldBack = TimeSpan.Zero };
    public HttpCertificate? Certificate { get; init; }
    public bool AllowPlain { get; init; }
    public bool TrustLoopback { get; init; } = true;
    public ImmutableArray<Finding> Findings { get; init; } = [];

    /// <summary>Where requests seem to come from, whatever their connection says.</summary>
    public IPAddress? From { get; init; }
}

/// <summary>A node with a real HTTP server in a real cluster; only its trials' processes are played by the test.</summary>
sealed class TestNode : IAsyncDisposable
{
    readonly WebApplication _host;
    readonly TemporaryFolder? _ownFolder;

    TestNode(WebApplication host, DataFolder folder, TemporaryFolder? ownFolder, FakeProcesses processes)
    {
        (_host, Folder, _ownFolder, Processes) = (host, folder, ownFolder, processes);
        Address = new Uri(host.Urls.First());
        Client = new HttpClient(
            new SocketsHttpHandler { SslOptions = { RemoteCertificateValidationCallback = (_, _, _, _) => true }, UseProxy = false }
        )
        {
            BaseAddress = Address,
            Timeout = TimeSpan.FromSeconds(30),
        };
    }

    public Uri Address { get; }

    public HttpClient Client { get; }

    public DataFolder Folder { get; }

    public FakeProcesses Processes { get; }

    public TokenFile Tokens => new(Folder.Tokens);

    public ActorSystem System => _host.Services.GetRequiredService<ActorSystem>();

    /// <summary>Everything that is answered.</summary>
    public IEnumerable<RouteEndpoint> Routes => _host.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>();

    public static async Task<TestNode> StartAsync(TestNodeSetup? setup = null, DataFolder? folder = null)
    {
        setup ??= new TestNodeSetup();
        var own = folder is null ? new TemporaryFolder() : null;
        folder ??= own!.Data;
        var processes = new FakeProcesses();
        var metrics = new ClusterMetrics(Prometheus.Metrics.NewCustomRegistry());
        var journal = setup.IsCoordinator ? new SqliteJournal(folder) : null;
        var options = new NodeOptions(folder, Slots(setup.Workers), Slots(setup.Evaluators), processes.Launcher)
        {
            IsCoordinator = setup.IsCoordinator,
            Journal = journal,
            Network = new NodeNetwork(Port: setup.Port),
            Seeds = [.. setup.Seeds.Select(port => $"akka.tcp://{ClusterNames.System}@127.0.0.1:{port}")],
            Coordinators = setup.Coordinators,
            LogLevel = "ERROR",
            LogFile = folder.Log,
            Quotas = new TokenFile(folder.Tokens).LastQuotas,
            Overrides = ConfigurationFactory.ParseString("akka.coordinated-shutdown.run-by-actor-system-terminate = off"),
        };
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.AddNodeHttpServer(
            new WebOptions("127.0.0.1", 0, new TokenFile(folder.Tokens))
            {
                Limits = setup.Limits,
                Certificate = setup.Certificate,
                AllowPlain = setup.AllowPlain,
                TrustLoopback = setup.TrustLoopback,
                Findings = setup.Findings,
            },
            TimeProvider.System
        );
        if (setup.From is { } from)
            builder.Services.AddSingleton<IStartupFilter>(new CallFrom(from));
        builder.Services.AddAkka(ClusterNames.System, (akka, _) => akka.AddOrchestratorNode(options, metrics, TimeProvider.System));
        var host = builder.Build();
        host.UseNodeHttpServer(metrics, journal, folder, TimeProvider.System);
        await host.StartAsync(TestContext.Current.CancellationToken);
        // The coordinator makes the tables.
        if (journal is not null)
            await Eventually.TrueAsync(() => IsReadable(journal));
        return new TestNode(host, folder, own, processes);
    }

    /// <summary>As if the machine had lost its power: nobody is told.</summary>
    public Task DieAsync() => System.Terminate();

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _host.DisposeAsync();
        _ownFolder?.Dispose();
    }

    static bool IsReadable(SqliteJournal journal)
    {
        try
        {
            new JournalReader(journal).Sweeps();
            return true;
        }
        catch (DbException)
        {
            return false;
        }
    }

    static ImmutableArray<SlotDevice> Slots(int count) => [.. Enumerable.Repeat(SlotDevice.Cpu, count)];

    sealed class CallFrom(IPAddress address) : IStartupFilter
    {
        public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) =>
            pipeline =>
            {
                pipeline.Use(
                    (context, following) =>
                    {
                        context.Connection.RemoteIpAddress = address;
                        return following(context);
                    }
                );
                next(pipeline);
            };
    }
}
