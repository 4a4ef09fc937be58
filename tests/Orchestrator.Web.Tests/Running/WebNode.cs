using System.Net.Http.Json;
using System.Text.Json;
using Akka.Actor;
using Akka.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Orchestrator.Cluster.Hosting;
using Orchestrator.Cluster.Journal;
using Orchestrator.Cluster.Membership;
using Orchestrator.Cluster.Metrics;
using Orchestrator.Cluster.Protocol;
using Orchestrator.Cluster.Settings;
using Orchestrator.Sweeps;
using Orchestrator.Sweeps.Domain;
using Orchestrator.Web.Access;
using Orchestrator.Web.Api;
using Orchestrator.Web.Server;

namespace Orchestrator.Web.Tests.Running;

[CollectionDefinition(nameof(WebNode))]
public sealed class WebNodeCollection : ICollectionFixture<WebNode>;

/// <summary>A coordinator without slots of its own, its journal in SQLite, its API on a free loopback port. The test is its
/// slots.</summary>
public sealed class WebNode : IAsyncLifetime
{
    readonly TemporaryFolder _root = new();
    WebApplication _host = null!;
    SweepReplica _sweeps = null!;
    int _sweepsMade,
        _slots;

    public HttpClient Http { get; private set; } = null!;

    public DataFolder Folder => _root.Data;

    internal IActorRef Coordinator { get; private set; } = null!;

    internal string Node { get; private set; } = "";

    internal int NextSlot => Interlocked.Increment(ref _slots);

    public async ValueTask InitializeAsync()
    {
        var journal = new SqliteJournal(Folder);
        var options = new NodeOptions(Folder, [], [], FakeLauncher.None) { Journal = journal, LogFile = Folder.Log };
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        builder.Services.AddRoutingCore();
        builder.Services.AddProblemDetails();
        builder.Services.AddAkka(
            ClusterNames.System,
            (akka, _) => akka.AddOrchestratorNode(options, new ClusterMetrics(Prometheus.Metrics.NewCustomRegistry()), TimeProvider.System)
        );
        _host = builder.Build();
        _host.UseRouting();
        _sweeps = new SweepReplica(new JournalReader(journal));
        _host
            .MapGroup("/api")
            .MapSweeps(
                _sweeps,
                new JournalHealth(journal, _sweeps, TimeProvider.System),
                new AnswerCache(TimeProvider.System, TimeSpan.Zero),
                Folder,
                new TokenFile(Folder.Tokens),
                TimeProvider.System
            );
        await _host.StartAsync();
        Http = new HttpClient { BaseAddress = new Uri(_host.Urls.Single()) };
        Coordinator = await _host.Services.GetRequiredService<IRequiredActor<CoordinatorKey>>().GetAsync();
        Node = ClusterMembership.SelfNode(_host.Services.GetRequiredService<ActorSystem>());
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await _host.StopAsync();
        await _host.DisposeAsync();
        _root.Dispose();
    }

    /// <summary>Submits a sweep of so many trials of two epochs, under a name of its own.</summary>
    internal async Task<TestSweep> SubmitAsync(int trials, string more = "", string? parameters = null)
    {
        var name = $"sweep-{Interlocked.Increment(ref _sweepsMade)}";
        var sweep = new TestSweep(
            this,
            name,
            $$"""
            name: {{name}}
            dataset: digits
            trial: { training: { epochs: 2 } }
            parameters: { {{parameters ?? $"replicate: [{string.Join(", ", Enumerable.Range(1, trials))}]"}} }
            {{more}}
            """
        );
        using var answer = await Http.PostAsync("/api/sweeps", new StringContent(sweep.File), TestContext.Current.CancellationToken);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        return sweep;
    }

    internal SweepState State(string sweep) => _sweeps.Sweep(sweep)!;

    public async Task<JsonElement> GetAsync(string path) =>
        await Http.GetFromJsonAsync<JsonElement>(path, TestContext.Current.CancellationToken);
}
