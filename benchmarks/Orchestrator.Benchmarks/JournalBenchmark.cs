using Akka.Actor;
using Akka.Configuration;
using Akka.Hosting;
using Akka.Persistence;
using Akka.Persistence.Sql;
using BenchmarkDotNet.Attributes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orchestrator.Cluster.Hosting;
using Orchestrator.Cluster.Journal;
using Orchestrator.Cluster.Metrics;
using Orchestrator.Sweeps;
using Orchestrator.Sweeps.Domain;
using Orchestrator.Sweeps.Tasks;

namespace Orchestrator.Benchmarks;

/// <summary>A data folder's journal, on the disk of the folder for temporary files. An operation is one event: operations a second are
/// events a second.</summary>
[SimpleJob(BenchmarkDotNet.Engines.RunStrategy.Monitoring, warmupCount: 1, iterationCount: 10)]
public class JournalBenchmark
{
    const int Events = 500;
    const string Sweep = "benchmark";

    DirectoryInfo folder = null!;
    SqliteJournal journal = null!;
    IHost host = null!;
    IActorRef writer = null!;

    [GlobalSetup]
    public async Task SetUp()
    {
        folder = Directory.CreateTempSubdirectory("journal-benchmark-");
        journal = new SqliteJournal(new DataFolder(folder.FullName));
        journal.Prepare();
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Services.AddAkka(
            "benchmark",
            (akka, _) =>
                akka.AddHocon(ConfigurationFactory.ParseString(journal.Hocon + "\nakka.loglevel = WARNING"), HoconAddMode.Prepend)
                    .AddHocon(SqlPersistence.DefaultConfiguration, HoconAddMode.Append)
                    .WithOrchestratorSerialization(new ClusterMetrics(Prometheus.Metrics.NewCustomRegistry()))
        );
        host = builder.Build();
        await host.StartAsync();
        writer = host.Services.GetRequiredService<ActorSystem>().ActorOf(Props.Create(() => new Writer()));
        await Write();
    }

    /// <summary>One after the other, each on the disk before the next, as a sweep writes its own.</summary>
    [Benchmark(OperationsPerInvoke = Events)]
    public Task<int> Write() => writer.Ask<int>(Events, TimeSpan.FromMinutes(5));

    /// <summary>The first events of a sweep, as a page or a table of results reads them.</summary>
    [Benchmark(OperationsPerInvoke = Events)]
    public int Read() => new JournalReader(journal).Events(Sweep, limit: Events).Count();

    [GlobalCleanup]
    public async Task CleanUp()
    {
        await host.StopAsync();
        host.Dispose();
        folder.Delete(recursive: true);
    }

    /// <summary>Writes as many events as it is told, and answers with that number.</summary>
    sealed class Writer : ReceivePersistentActor
    {
        static readonly EpochReport Report = new(1, 1000, 3.14, 3.15, 1e-3, 0.5, 250, 12);

        public Writer() => Command<int>(count => WriteNext(count, count));

        public override string PersistenceId => $"sweep-{Sweep}";

        void WriteNext(int left, int count)
        {
            if (left == 0)
                Sender.Tell(count);
            else
                Persist(new EpochReported(1, 1, LastSequenceNr, Report) { At = DateTimeOffset.UnixEpoch }, _ => WriteNext(left - 1, count));
        }
    }
}
