using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Text;
using Akka.Actor;
using Akka.Cluster;
using Akka.Configuration;
using Akka.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orchestrator.Cluster.Devices;
using Orchestrator.Cluster.Hosting;
using Orchestrator.Cluster.Journal;
using Orchestrator.Cluster.Metrics;
using Orchestrator.Cluster.Processes;
using Orchestrator.Cluster.Protocol;
using Orchestrator.Cluster.Settings;
using Orchestrator.Cluster.Wire;
using Orchestrator.Sweeps;
using Orchestrator.Sweeps.Domain;
using Orchestrator.Sweeps.Specs;

namespace Orchestrator.Scale;

/// <summary>A node as <c>sweep run</c> starts it: coordinator, journal, leases and slots; only the processes are another's.</summary>
sealed class CoordinatorNode : IAsyncDisposable
{
    static readonly TimeSpan Patience = TimeSpan.FromHours(1);

    readonly IHost host;

    CoordinatorNode(IHost host, ClusterMetrics metrics, IActorRef coordinator) =>
        (this.host, Metrics, Coordinator) = (host, metrics, coordinator);

    public ActorSystem System => host.Services.GetRequiredService<ActorSystem>();

    public ClusterMetrics Metrics { get; }

    public IActorRef Coordinator { get; }

    /// <param name="port">Where others join; null: a cluster of one.</param>
    public static async Task<CoordinatorNode> StartAsync(
        DataFolder folder,
        int workers,
        int evaluators,
        ITrialLauncher launcher,
        int? port = null
    ) =>
        await RunAsync(
            new NodeOptions(folder, [.. Slots(workers)], [.. Slots(evaluators)], launcher)
            {
                Journal = new SqliteJournal(folder),
                Network = new NodeNetwork(Port: port ?? 0),
                Seeds = port is { } seed ? [Address(seed)] : [],
                LogFile = folder.Log,
                Overrides = Overrides,
            }
        );

    /// <summary>A node of worker slots in the cluster of the coordinator that listens at the port.</summary>
    public static async Task<CoordinatorNode> JoinAsync(DataFolder folder, int workers, ITrialLauncher launcher, int port)
    {
        Directory.CreateDirectory(folder.Root);
        return await RunAsync(
            new NodeOptions(folder, [.. Slots(workers)], [], launcher)
            {
                IsCoordinator = false,
                Seeds = [Address(port)],
                LogFile = folder.Log,
                Overrides = Overrides,
            }
        );
    }

    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    /// <summary>Completes when the journal of a folder has a snapshot; a coordinator writes it beside its work.</summary>
    public static async Task SnapshotAsync(DataFolder folder)
    {
        for (var deadline = TimeProvider.System.GetTimestamp(); TimeProvider.System.GetElapsedTime(deadline) < TimeSpan.FromMinutes(2); )
        {
            if (new SqliteJournal(folder).Read(false, HasSnapshot))
                return;
            await Task.Delay(100);
        }

        throw new TimeoutException("there is no snapshot");

        static bool HasSnapshot(System.Data.Common.DbConnection connection)
        {
            using var command = connection.CreateCommand();
            command.CommandText = "SELECT COUNT(*) FROM sqlite_master WHERE name = 'snapshot'";
            if (command.ExecuteScalar() is 0L)
                return false;
            command.CommandText = "SELECT COUNT(*) FROM snapshot";
            return command.ExecuteScalar() is > 0L;
        }
    }

    /// <summary>How many members were seen as unreachable since.</summary>
    public Func<int> LostNodes()
    {
        var lost = new StrongBox<int>();
        Cluster.Subscribe(System.ActorOf(Props.Create(() => new Lost(lost))), typeof(ClusterEvent.UnreachableMember));
        return () => Volatile.Read(ref lost.Value);
    }

    public async Task MembersAsync(int count)
    {
        while (Cluster.State.Members.Count(member => member.Status == MemberStatus.Up) < count)
            await Task.Delay(100);
    }

    /// <summary>The value of a metric without labels.</summary>
    public async Task<double> MetricAsync(string name)
    {
        using var text = new MemoryStream();
        await Metrics.Registry.CollectAndExportAsTextAsync(text);
        var line = Encoding
            .UTF8.GetString(text.ToArray())
            .Split('\n')
            .Single(line => line.StartsWith(name + ' ', StringComparison.Ordinal));
        return double.Parse(line[name.Length..], CultureInfo.InvariantCulture);
    }

    Akka.Cluster.Cluster Cluster => Akka.Cluster.Cluster.Get(System);

    static string Address(int port) => $"akka.tcp://{ClusterNames.System}@127.0.0.1:{port}";

    static async Task<CoordinatorNode> RunAsync(NodeOptions options)
    {
        var metrics = new ClusterMetrics(Prometheus.Metrics.NewCustomRegistry());
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Services.Configure<HostOptions>(settings => settings.ShutdownTimeout = TimeSpan.FromSeconds(60));
        builder.Services.AddAkka(ClusterNames.System, (akka, _) => akka.AddOrchestratorNode(options, metrics, TimeProvider.System));
        var host = builder.Build();
        await host.StartAsync();
        return new CoordinatorNode(host, metrics, await host.Services.GetRequiredService<IRequiredActor<CoordinatorKey>>().GetAsync());
    }

    static IEnumerable<SlotDevice> Slots(int count) => Enumerable.Repeat(SlotDevice.Cpu, count);

    /// <summary>Settings of the actor system to try, as HOCON.</summary>
    static Config Overrides => ConfigurationFactory.ParseString(Environment.GetEnvironmentVariable("SCALE_HOCON") ?? "");

    public async Task SubmitAsync(SweepSpec spec, string file)
    {
        var answer = await Coordinator.Ask<object>(new SweepProtocol.Submit(spec, file, new string('0', 64)), TimeSpan.FromMinutes(5));
        if (answer is not SweepProtocol.Accepted)
            throw new InvalidOperationException($"the sweep was not accepted: {answer}");
    }

    /// <summary>Completes when the published state of any sweep is as asked.</summary>
    public Task<SweepState> FirstAsync(Func<SweepState, bool> state)
    {
        var found = new TaskCompletionSource<SweepState>(TaskCreationOptions.RunContinuationsAsynchronously);
        System.EventStream.Subscribe(System.ActorOf(Props.Create(() => new Follower(state, found))), typeof(SweepProtocol.SweepChanged));
        return found.Task.WaitAsync(Patience);
    }

    public async ValueTask DisposeAsync()
    {
        await host.StopAsync();
        host.Dispose();
    }

    sealed class Lost : ReceiveActor
    {
        public Lost(StrongBox<int> count) => Receive<ClusterEvent.UnreachableMember>(_ => Interlocked.Increment(ref count.Value));
    }

    sealed class Follower : ReceiveActor
    {
        public Follower(Func<SweepState, bool> state, TaskCompletionSource<SweepState> found) =>
            Receive<SweepProtocol.SweepChanged>(changed =>
            {
                if (!state(changed.State))
                    return;
                found.TrySetResult(changed.State);
                Context.Stop(Self);
            });
    }
}
