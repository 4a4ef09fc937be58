using System.Collections.Immutable;
using Akka.Actor;
using Akka.Cluster.Hosting;
using Akka.Cluster.Hosting.SBR;
using Akka.Configuration;
using Akka.Hosting;
using Akka.Persistence.Sql;
using Orchestrator.Cluster.Coordination;
using Orchestrator.Cluster.Devices;
using Orchestrator.Cluster.Journal;
using Orchestrator.Cluster.Membership;
using Orchestrator.Cluster.Metrics;
using Orchestrator.Cluster.Protocol;
using Orchestrator.Cluster.Serialization;
using Orchestrator.Cluster.Settings;
using Orchestrator.Cluster.Workers;
using Orchestrator.Sweeps.Domain;

namespace Orchestrator.Cluster.Hosting;

/// <summary>Key of the coordinator, or of the proxy to it, in the actor registry.</summary>
public sealed class CoordinatorKey;

/// <summary>Composes one node of its roles; a cluster of one has them all.</summary>
public static class OrchestratorNode
{
    const string Singleton = "coordinator";

    public static AkkaConfigurationBuilder AddOrchestratorNode(
        this AkkaConfigurationBuilder builder,
        NodeOptions options,
        ClusterMetrics metrics,
        TimeProvider time
    )
    {
        builder
            .AddHocon(options.Overrides, HoconAddMode.Prepend)
            .AddHocon(ConfigurationFactory.ParseString(NodeHocon.Of(options)), HoconAddMode.Append)
            .WithOrchestratorSerialization(metrics)
            .WithNodeTransport(options.Network, metrics.Connections, time)
            .WithClustering(
                new ClusterOptions
                {
                    Roles = [.. Roles(options)],
                    SeedNodes = [.. options.Seeds],
                    // Only coordinators are counted: workers come and go.
                    SplitBrainResolver = new KeepMajorityOption { Role = ClusterNames.CoordinatorRole },
                }
            );
        if (options.IsCoordinator)
            builder.WithCoordinator(options, metrics, time);
        else
            builder.WithSingletonProxy<CoordinatorKey>(Singleton, SingletonOptions());
        if (!options.Seeds.IsEmpty)
        {
            builder.WithActors(
                (system, _) =>
                {
                    system.ActorOf(
                        MajorityGuard.Props(MajorityGuard.Majority(options.Coordinators), MajorityGuard.Patience),
                        StandInFounder.Alive
                    );
                    system.StartStandInFounder(options.Seeds, options.IsCoordinator);
                }
            );
        }

        return builder
            .WithActors((system, registry) => StartSlots(system, registry.Get<CoordinatorKey>(), options, metrics))
            .AddStartup((system, _) => options.Seeds.IsEmpty ? JoinSelf(system) : Task.CompletedTask);
    }

    /// <summary>Events and messages by manifest; anything that is not bound is refused.</summary>
    public static AkkaConfigurationBuilder WithOrchestratorSerialization(this AkkaConfigurationBuilder builder, ClusterMetrics metrics) =>
        builder
            .WithCustomSerializer(
                JsonManifestSerializer.Name,
                [typeof(SweepEvent), typeof(CoordinatorEvent)],
                system => new JsonManifestSerializer(system)
            )
            .WithCustomSerializer(SnapshotSerializer.Name, [typeof(SweepSnapshot)], system => new SnapshotSerializer(system))
            .WithCustomSerializer(
                HyperionMessageSerializer.Name,
                [typeof(IProtocolMessage)],
                system => new HyperionMessageSerializer(system, metrics.MessageRefused)
            )
            .WithStrictSerialization();

    static void WithCoordinator(this AkkaConfigurationBuilder builder, NodeOptions options, ClusterMetrics metrics, TimeProvider time)
    {
        options.Journal!.Prepare();
        builder
            .AddHocon(SqlPersistence.DefaultConfiguration, HoconAddMode.Append)
            .AddHocon(ConfigurationFactory.ParseString(options.Journal.Hocon), HoconAddMode.Prepend)
            .WithSingleton<CoordinatorKey>(
                Singleton,
                (system, _, _) => CoordinatorProps(system, options, metrics, time),
                SingletonOptions()
            )
            .WithActors(
                (system, _) =>
                {
                    system.ActorOf(SurplusCoordinatorGuard.Props(options.Coordinators), "coordinator-count");
                    system.ActorOf(JournalWarmUp.Props, "journal-warm-up");
                }
            );
    }

    static ClusterSingletonOptions SingletonOptions() => new() { Role = ClusterNames.CoordinatorRole, BufferSize = 1000 };

    static IEnumerable<string> Roles(NodeOptions options)
    {
        if (options.IsCoordinator)
            yield return ClusterNames.CoordinatorRole;
        if (!options.Workers.IsEmpty)
            yield return ClusterNames.WorkerRole;
        if (!options.Evaluators.IsEmpty)
            yield return ClusterNames.EvaluatorRole;
    }

    static Props CoordinatorProps(ActorSystem system, NodeOptions options, ClusterMetrics metrics, TimeProvider time)
    {
        var membership = new ClusterMembership(system);
        return RestartOnStop.Props(
            SweepCoordinator.Props(
                sweep => SweepActor.Props(sweep, options.Lease, membership, metrics, time),
                membership,
                metrics,
                options.OnlySweep,
                options.Journal is { } journal ? new JournalReader(journal) : null,
                options.Quotas,
                options.Channels
            ),
            "coordinator"
        );
    }

    static void StartSlots(ActorSystem system, IActorRef coordinator, NodeOptions options, ClusterMetrics metrics)
    {
        var node = ClusterMembership.SelfNode(system);
        system.ActorOf(SweepFilesActor.Props(new SweepFiles(options.Folder, options.Storage, options.DeleteStored)), SweepFilesActor.Name);
        var shares = options
            .Workers.Concat(options.Evaluators)
            .Distinct()
            .ToDictionary(
                device => device,
                device =>
                {
                    var slots = options.Workers.Count(worker => worker == device);
                    var whole = device.Cuda is null ? Math.Max(options.Cores, slots) : 1;
                    return new DeviceShares(device, whole, Math.Max(1, slots), options.Memory, options.Prices.Of(device));
                }
            );
        var slots = options
            .Workers.Select((device, index) => Start(WorkKind.Training, index + 1, [shares[device]], $"worker-{index + 1}"))
            .Concat(
                options.Evaluators.Select(
                    (device, index) =>
                        Start(
                            WorkKind.Evaluation,
                            options.Workers.Length + index + 1,
                            // Its own before the others of the node.
                            [shares[device], .. shares.Values.Where(other => other.Device != device)],
                            $"evaluator-{index + 1}"
                        )
                )
            )
            .ToList();

        // Before anything else of the node stops, its slots hand back what they hold.
        CoordinatedShutdown
            .Get(system)
            .AddTask(
                CoordinatedShutdown.PhaseBeforeServiceUnbind,
                "drain-slots",
                async () =>
                {
                    var drain =
                        CoordinatedShutdown.Get(system).ShutdownReason is NoMajority
                            ? SlotProtocol.Drain.Unheard
                            : SlotProtocol.Drain.Instance;
                    await Task.WhenAll(slots.Select(slot => slot.Ask<SlotProtocol.Drained>(drain)));
                    return Akka.Done.Instance;
                }
            );
        system.ActorOf(MembershipObserver.Props(metrics), "member-count");
        if (options.Workers.Concat(options.Evaluators).Any(device => device.Cuda is not null))
            system.ActorOf(DeviceSampler.Props(metrics), "device-watch");
        if (options is { IdleLimit: { } limit, IsCoordinator: false })
            system.ActorOf(IdleGuard.Props(limit, () => CoordinatedShutdown.Get(system).Run(NothingToDo.Instance)), "idle-watch");
        metrics.DataFolder.Watch(options.Folder.Root);

        IActorRef Start(WorkKind kind, int slot, ImmutableArray<DeviceShares> devices, string name) =>
            system.ActorOf(
                SlotActor.Props(
                    new SlotOptions(node, slot, kind, options.Folder, coordinator, options.Launcher, metrics)
                    {
                        Devices = devices,
                        EvaluationShare = options.EvaluationShare,
                        Storage = options.Storage,
                    }
                ),
                name
            );
    }

    static Task JoinSelf(ActorSystem system)
    {
        var cluster = Akka.Cluster.Cluster.Get(system);
        return cluster.JoinAsync(cluster.SelfAddress);
    }
}
