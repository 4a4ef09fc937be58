using Akka.Actor;
using Akka.Configuration;
using Akka.Event;
using Akka.Hosting;
using Akka.Persistence.Sql;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orchestrator.Cluster.Coordination;
using Orchestrator.Cluster.Hosting;
using Orchestrator.Cluster.Journal;
using Orchestrator.Cluster.Metrics;
using Orchestrator.Cluster.Protocol;
using Orchestrator.Sweeps.Domain;
using Orchestrator.Sweeps.SweepFiles;
using Orchestrator.Sweeps.Tasks;

namespace Orchestrator.Cluster.Tests.Journal;

/// <summary>The actor of a sweep over a real journal: with its snapshot, without it, and with one that cannot be read.</summary>
public sealed class SnapshotSpecs : IDisposable
{
    const string Node = "127.0.0.1:1#1";
    const string Sweep = "many";

    // Enough that the first snapshot is due.
    const int Trials = 10_000;

    readonly TemporaryFolder _folder = new();

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_a_snapshot_holds_is_not_read_again_and_the_answer_is_the_same()
    {
        var before = await Run();
        Write("UPDATE journal SET message = CAST('{' AS BLOB) WHERE persistence_id = 'sweep-many' AND sequence_number < 9000");
        Assert.Equal(before, await Recovered());
        Assert.Equal(before.Digest, StateDigest.Of(Reader.Sweep(Sweep)!));
        Assert.Equal(before.Digest, StateDigest.Of(new SweepReplica(Reader).Sweep(Sweep)!));
    }

    [Theory]
    [InlineData("DELETE FROM snapshot", 0)]
    [InlineData("UPDATE snapshot SET snapshot = x'0102'", 1)]
    [InlineData("UPDATE snapshot SET manifest = 'sweep-state.v0'", 1)]
    public async Task Without_a_snapshot_that_can_be_read_the_journal_tells_the_same(string change, int warnings)
    {
        var before = await Run();
        Write(change);
        var told = new List<string>();
        Assert.Equal(before, await Recovered(told));
        Assert.Equal(warnings, told.Count(message => message.StartsWith("passed over: ", StringComparison.Ordinal)));
        Write(change);
        Assert.Equal(before.Digest, StateDigest.Of(Reader.Sweep(Sweep)!));
    }

    [Fact]
    public async Task A_newer_snapshot_takes_the_place_of_the_older_and_every_event_of_a_trial_is_found()
    {
        await Run();
        using (var host = await StartAsync())
        {
            await StartSweep(host).Ask<SweepProtocol.Accepted>(new SweepProtocol.Stop(Sweep), cancellationToken: Cancel);
            await Eventually.TrueAsync(() => Ask("SELECT COUNT(*) FROM snapshot WHERE sequence_number > 20000") == 1);
            await Eventually.TrueAsync(() => Ask("SELECT COUNT(*) FROM snapshot") == 1);
            await host.StopAsync(Cancel);
        }

        Assert.Equal(
            [typeof(TrialAdded), typeof(LeaseGranted), typeof(EpochReported)],
            new SweepReplica(Reader).TrialEvents(Sweep, 1, after: 0).Select(entry => entry.Event.GetType())
        );
        Assert.Equal(2 * Trials + 3, Reader.Events(Sweep).Count());
    }

    public void Dispose() => _folder.Dispose();

    JournalReader Reader => new(new SqliteJournal(_folder.Data));

    /// <summary>Submits a sweep, begins its first trial, and leaves a snapshot and events after it.</summary>
    async Task<SweepProtocol.Description> Run()
    {
        using var host = await StartAsync();
        var sweep = StartSweep(host);
        var yaml = $"name: {Sweep}\ndataset: digits\nparameters: {{ replicate: [{string.Join(", ", Enumerable.Range(1, Trials))}] }}";
        await sweep.Ask<SweepProtocol.Accepted>(
            new SweepProtocol.Submit(SweepFile.Parse(yaml, "test.yaml"), yaml),
            cancellationToken: Cancel
        );
        await Eventually.TrueAsync(() => Ask("SELECT COUNT(*) FROM snapshot") == 1);
        using var slot = Inbox.Create(host.Services.GetRequiredService<ActorSystem>());
        slot.Send(
            sweep,
            new Offer(new WorkProtocol.RequestWork(Node, 1, WorkKind.Training, new(null, 1), new(null, 1)), slot.Receiver, 0, [])
        );
        while (await slot.ReceiveAsync(TimeSpan.FromSeconds(30)) is not WorkProtocol.WorkGranted) { }
        slot.Send(sweep, new WorkProtocol.ReportEpoch(Sweep, 1, 1, new EpochReport(1, 10, 3, 2.9, 1e-3, 1, 100, 1)));
        while (await slot.ReceiveAsync(TimeSpan.FromSeconds(30)) is not WorkProtocol.ReportAccepted) { }
        var description = await Describe(sweep);
        await host.StopAsync(Cancel);
        return description;
    }

    async Task<SweepProtocol.Description> Recovered(List<string>? told = null)
    {
        using var host = await StartAsync();
        var system = host.Services.GetRequiredService<ActorSystem>();
        using var warnings = Inbox.Create(system);
        system.EventStream.Subscribe(warnings.Receiver, typeof(Warning));
        var description = await Describe(StartSweep(host));
        // What was told before the answer is in the inbox before this.
        warnings.Receiver.Tell("end");
        while (await warnings.ReceiveAsync(TimeSpan.FromSeconds(30)) is Warning warning)
            told?.Add($"{warning.Message}");
        await host.StopAsync(Cancel);
        return description;
    }

    static Task<SweepProtocol.Description> Describe(IActorRef sweep) =>
        sweep.Ask<SweepProtocol.Description>(new SweepProtocol.Describe(Sweep), TimeSpan.FromSeconds(60), Cancel);

    static IActorRef StartSweep(IHost host) =>
        host
            .Services.GetRequiredService<ActorSystem>()
            .ActorOf(
                SweepActor.Props(
                    Sweep,
                    TimeSpan.FromMinutes(5),
                    new FakeMembership(Node),
                    new ClusterMetrics(Prometheus.Metrics.NewCustomRegistry()),
                    TimeProvider.System
                )
            );

    async Task<IHost> StartAsync()
    {
        var journal = new SqliteJournal(_folder.Data);
        journal.Prepare();
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Services.AddAkka(
            "snapshots",
            (akka, _) =>
                akka.AddHocon(ConfigurationFactory.ParseString(journal.Hocon), HoconAddMode.Prepend)
                    .AddHocon(SqlPersistence.DefaultConfiguration, HoconAddMode.Append)
                    .WithOrchestratorSerialization(new ClusterMetrics(Prometheus.Metrics.NewCustomRegistry()))
        );
        var host = builder.Build();
        await host.StartAsync(Cancel);
        return host;
    }

    void Write(string sql) => Command(sql, command => command.ExecuteNonQuery());

    long Ask(string sql) => Command(sql, command => (long)command.ExecuteScalar()!);

    T Command<T>(string sql, Func<SqliteCommand, T> run)
    {
        using var connection = new SqliteConnection($"Data Source={_folder.Data.Journal};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return run(command);
    }
}
