using Akka.Actor;
using Akka.Hosting;
using Akka.Persistence.Hosting;
using Akka.TestKit;
using Orchestrator.Cluster.Coordination;
using Orchestrator.Cluster.Hosting;
using Orchestrator.Cluster.Metrics;
using Orchestrator.Sweeps.Domain;
using Orchestrator.Sweeps.Specs;
using Orchestrator.Sweeps.SweepFiles;
using Orchestrator.Sweeps.Tasks;

namespace Orchestrator.Cluster.Tests;

/// <summary>An actor system with virtual time, an in-memory journal, and every message serialized on its way.</summary>
public abstract class ActorSpecs(ITestOutputHelper output) : Akka.Hosting.TestKit.TestKit(nameof(ActorSpecs), output)
{
    protected const string Node = "127.0.0.1:1#1";
    protected static readonly SlotResources Cores = new(null, 8);
    protected static readonly TimeSpan Lease = TimeSpan.FromSeconds(15);

    private protected FakeMembership Membership { get; } = new(Node);

    protected ClusterMetrics Metrics { get; } = new(Prometheus.Metrics.NewCustomRegistry());

    protected TestScheduler Scheduler => (TestScheduler)Sys.Scheduler;

    protected static CancellationToken Cancel => TestContext.Current.CancellationToken;

    protected override void ConfigureAkka(AkkaConfigurationBuilder builder, IServiceProvider provider) =>
        builder
            .WithOrchestratorSerialization(Metrics)
            .WithInMemoryJournal()
            .WithInMemorySnapshotStore()
            .WithCustomSerializer("pass-through", [typeof(object)], system => new PassThroughSerializer(system))
            .AddHocon(
                """
                akka.actor.serialize-messages = on
                akka.actor.serialization-settings.allow-unregistered-types = true
                akka.scheduler.implementation = "Akka.TestKit.TestScheduler, Akka.TestKit"
                """,
                HoconAddMode.Prepend
            );

    protected static SweepSpec Spec(int trials, string name = "test", string more = "") =>
        SweepFile.Parse(
            $$"""
            name: {{name}}
            dataset: digits
            parameters: { replicate: [{{string.Join(", ", Enumerable.Range(1, trials))}}] }
            {{more}}
            """,
            "test.yaml"
        );

    protected Props SweepProps(string name = "test") => SweepActor.Props(name, Lease, Membership, Metrics, TimeProvider.System);

    protected IActorRef StartCoordinator(string? only = null) =>
        Sys.ActorOf(
            SweepCoordinator.Props(
                sweep => SweepActor.Props(sweep, Lease, Membership, Metrics, TimeProvider.System),
                Membership,
                Metrics,
                only
            )
        );

    protected static EpochReport Epoch(int epoch) => new(epoch, epoch * 10, 3, 2.9, 1e-3, 1, 100, 1);

    protected static CheckpointInfo Checkpoint(int epoch, bool final) => new($"/checkpoints/{epoch}", "00ff", epoch, epoch * 10, final, 1);
}
