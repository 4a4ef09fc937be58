using Akka.Actor;
using Akka.Cluster.Hosting;
using Akka.Cluster.Hosting.SBR;
using Akka.Configuration;
using Akka.Hosting;
using Akka.Persistence.Sql;
using Akka.Remote.Hosting;
using Orchestrator.Cluster.Actors;
using Orchestrator.Cluster.Journal;
using Orchestrator.Cluster.Metrics;
using Orchestrator.Cluster.Protocol;
using Orchestrator.Cluster.Serialization;
using Orchestrator.Sweeps.Domain;

namespace Orchestrator.Cluster.Hosting;

/// <summary>Key of the coordinator, or of the proxy to it, in the actor registry.</summary>
public sealed class CoordinatorKey;

/// <summary>Composes one node: coordinator, workers and evaluators of a cluster of one.</summary>
public static class OrchestratorNode
{
    public const string SystemName = "orchestrator";

    public static AkkaConfigurationBuilder AddOrchestratorNode(this AkkaConfigurationBuilder builder, NodeOptions options, ClusterMetrics metrics, TimeProvider time)
    {
        SqliteJournal.Prepare(options.Folder);
        return builder
            .AddHocon(ConfigurationFactory.ParseString(Hocon + SqliteJournal.Hocon(options.Folder) + $"\n{FileLogger.PathSetting} = {SqliteJournal.Quoted(options.Folder.Log)}"), HoconAddMode.Prepend)
            .AddHocon(SqlPersistence.DefaultConfiguration, HoconAddMode.Append)
            .WithOrchestratorSerialization()
            .WithRemoting(new RemoteOptions { HostName = options.Host, Port = 0 })
            .WithClustering(new ClusterOptions
            {
                Roles = [NodeOptions.CoordinatorRole],
                SplitBrainResolver = new KeepMajorityOption { Role = NodeOptions.CoordinatorRole },
            })
            .WithSingleton<CoordinatorKey>("coordinator", (system, _, _) => CoordinatorProps(system, options, metrics, time),
                new ClusterSingletonOptions { Role = NodeOptions.CoordinatorRole, BufferSize = 1000 })
            .WithActors((system, registry) => StartSlots(system, registry.Get<CoordinatorKey>(), options, metrics))
            .AddStartup((system, _) => JoinSelf(system));
    }

    /// <summary>Events and messages by manifest; anything that is not bound is refused.</summary>
    public static AkkaConfigurationBuilder WithOrchestratorSerialization(this AkkaConfigurationBuilder builder) => builder
        .WithCustomSerializer(JsonManifestSerializer.Name, [typeof(SweepEvent), typeof(CoordinatorEvent), typeof(IProtocolMessage)], system => new JsonManifestSerializer(system))
        .WithStrictSerialization();

    static Props CoordinatorProps(ActorSystem system, NodeOptions options, ClusterMetrics metrics, TimeProvider time)
    {
        var membership = new ClusterMembership(system);
        return SweepCoordinator.Props(sweep => SweepActor.Props(sweep, options.Lease, membership, metrics, time), membership, options.OnlySweep);
    }

    static void StartSlots(ActorSystem system, IActorRef coordinator, NodeOptions options, ClusterMetrics metrics)
    {
        var node = ClusterMembership.SelfNode(system);
        var slots = Enumerable.Range(1, options.Workers + options.Evaluators).Select(slot =>
        {
            var kind = slot <= options.Workers ? WorkKind.Training : WorkKind.Evaluation;
            var name = kind == WorkKind.Training ? $"worker-{slot}" : $"evaluator-{slot - options.Workers}";
            return system.ActorOf(SlotActor.Props(new SlotOptions(node, slot, kind, options.Folder, coordinator, options.Launcher, metrics)), name);
        }).ToList();

        // Before anything else of the node stops, its slots hand back what they hold.
        CoordinatedShutdown.Get(system).AddTask(CoordinatedShutdown.PhaseBeforeServiceUnbind, "drain-slots", async () =>
        {
            await Task.WhenAll(slots.Select(slot => slot.Ask<SlotProtocol.Drained>(SlotProtocol.Drain.Instance)));
            return Akka.Done.Instance;
        });
        system.ActorOf(MemberCount.Props(metrics), "member-count");
    }

    static Task JoinSelf(ActorSystem system)
    {
        var cluster = Akka.Cluster.Cluster.Get(system);
        return cluster.JoinAsync(cluster.SelfAddress);
    }

    const string Hocon = """
        akka {
          loglevel = INFO
          loggers = ["Orchestrator.Cluster.Hosting.FileLogger, Orchestrator.Cluster"]
          stdout-loglevel = OFF
          stdout-logger-class = "Orchestrator.Cluster.Hosting.SilentLogger, Orchestrator.Cluster"
          log-dead-letters = off
          log-dead-letters-during-shutdown = off
          # A cluster of one has nobody to wait for.
          cluster {
            gossip-interval = 200ms
            leader-actions-interval = 200ms
            singleton-proxy {
              singleton-identification-interval = 200ms
              # https://github.com/akkadotnet/akka.net/issues/8568
              log-singleton-identification-failure = off
            }
          }
          coordinated-shutdown {
            phases.before-service-unbind.timeout = 30s
            # The host stops the system; a process that is told to leave at once does not drain again.
            run-by-clr-shutdown-hook = off
          }
          # A second writer of one journal must be seen, not repaired.
          persistence.journal-plugin-fallback.replay-filter.mode = fail
        }
        """;
}
