using System.Globalization;
using Akka.Actor;
using Akka.Configuration;
using Akka.Hosting;
using Akka.Persistence.Sql;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orchestrator.Cluster.Coordination;
using Orchestrator.Cluster.Hosting;
using Orchestrator.Cluster.Journal;
using Orchestrator.Cluster.Metrics;
using Orchestrator.Cluster.Protocol;
using Orchestrator.Sweeps.Domain;
using Orchestrator.Sweeps.SweepFiles;

namespace Orchestrator.Cluster.Tests.Journal;

/// <summary>A sweep that is deleted leaves a real journal, and its name may be taken again.</summary>
public sealed class DeletedSweepSpecs : IDisposable
{
    readonly TemporaryFolder _folder = new();

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Nothing_of_it_is_in_SQLite_and_its_name_is_free()
    {
        await LivesTwice(new SqliteJournal(_folder.Data));
        // The numbers of the second begin where those of the first ended, and nothing is missing.
        JournalCheck.Require(_folder.Data);
        Assert.Equal(new JournalReader(new SqliteJournal(_folder.Data)).Events("gone").Count() + 7, JournalCheck.Look(_folder.Data));
    }

    [Fact]
    public async Task Nothing_of_it_is_in_PostgreSQL_and_its_name_is_free()
    {
        await using var server = await TemporaryPostgres.Start();
        await LivesTwice(new PostgresJournal(server.ConnectionString("postgres")));
    }

    static async Task LivesTwice(JournalDatabase journal)
    {
        var reader = new JournalReader(journal);
        var replica = new SweepReplica(reader);
        // Enough that there is a snapshot.
        const int many = 10_000;
        using (var host = await StartAsync(journal))
        {
            await SayAsync(host, Submit("gone", many));
            await SayAsync(host, Submit("stays", 1));
            Assert.Equal(many, replica.Sweep("gone")!.Trials.Count);
            await Eventually.TrueAsync(() => reader.Snapshot("gone").State is not null);
            await SayAsync(host, new SweepProtocol.Stop("gone"));
            var gone = Gone(host);
            await SayAsync(host, new SweepProtocol.Delete("gone"));
            await gone;
            Assert.Equal(["stays"], replica.Sweeps());
            Assert.Equal(["gone", "stays"], replica.List().Accepted);
            Assert.Null(replica.Sweep("gone"));
            Assert.Empty(replica.TrialEvents("gone", 1, after: 0));
            Assert.Null(reader.Sweep("gone"));
            Assert.Empty(reader.Events("gone"));
            Assert.Null(reader.Snapshot("gone").State);
            await host.StopAsync(Cancel);
        }

        using (var host = await StartAsync(journal))
        {
            await SayAsync(host, Submit("gone", 2));
            Assert.Equal(["gone", "stays"], replica.Sweeps());
            Assert.Equal(2, replica.Sweep("gone")!.Trials.Count);
            Assert.Equal(2, replica.TrialEvents("gone", 2, after: 0).Count() + 1);
            await host.StopAsync(Cancel);
        }

        // What is recovered is what lived last.
        using (var host = await StartAsync(journal))
        {
            await SayAsync(host, new SweepProtocol.Pause("gone"));
            var state = reader.Sweep("gone")!;
            Assert.Equal((2, SweepStatus.Paused), (state.Trials.Count, state.Status));
            Assert.Equal(StateDigest.Of(state), StateDigest.Of(replica.Sweep("gone")!));
            await host.StopAsync(Cancel);
        }
    }

    public void Dispose() => _folder.Dispose();

    static SweepProtocol.Submit Submit(string name, int trials)
    {
        var yaml = string.Create(
            CultureInfo.InvariantCulture,
            $"name: {name}\ndataset: digits\nparameters: {{ replicate: [{string.Join(", ", Enumerable.Range(1, trials))}] }}"
        );
        return new(SweepFile.Parse(yaml, "test.yaml"), yaml);
    }

    static async Task SayAsync(IHost host, IProtocolMessage message) =>
        Assert.IsType<SweepProtocol.Accepted>(await Coordinator(host).Ask<IProtocolMessage>(message, TimeSpan.FromSeconds(60), Cancel));

    static Task Gone(IHost host)
    {
        var system = host.Services.GetRequiredService<ActorSystem>();
        var inbox = Inbox.Create(system);
        system.EventStream.Subscribe(inbox.Receiver, typeof(SweepProtocol.SweepGone));
        return inbox.ReceiveAsync(TimeSpan.FromSeconds(60));
    }

    static IActorRef Coordinator(IHost host) => host.Services.GetRequiredService<ActorRegistry>().Get<SweepCoordinator>();

    static async Task<IHost> StartAsync(JournalDatabase journal)
    {
        journal.Prepare();
        var metrics = new ClusterMetrics(Prometheus.Metrics.NewCustomRegistry());
        var membership = new FakeMembership("127.0.0.1:1#1");
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Services.AddAkka(
            "deletions",
            (akka, _) =>
                akka.AddHocon(ConfigurationFactory.ParseString(journal.Hocon), HoconAddMode.Prepend)
                    .AddHocon(SqlPersistence.DefaultConfiguration, HoconAddMode.Append)
                    .WithOrchestratorSerialization(metrics)
                    .WithActors(
                        (system, registry) =>
                            registry.Register<SweepCoordinator>(
                                system.ActorOf(
                                    SweepCoordinator.Props(
                                        sweep => SweepActor.Props(sweep, TimeSpan.FromMinutes(5), membership, metrics, TimeProvider.System),
                                        membership,
                                        metrics
                                    )
                                )
                            )
                    )
        );
        var host = builder.Build();
        await host.StartAsync(Cancel);
        return host;
    }
}
