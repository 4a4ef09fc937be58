using Akka.Actor;
using Akka.Cluster;
using Akka.Event;

namespace Orchestrator.Cluster.Hosting;

/// <summary>
/// Makes a worker or evaluator leave a cluster in which no coordinator is left. Coordinators that come back together find no seed and form
/// a new cluster, and nobody of the old one would ever hear of it; a node that starts again joins the new one.
/// </summary>
sealed class CoordinatorWatch : ReceiveActor, IWithTimers
{
    /// <summary>Between two incarnations of all coordinators; training goes on meanwhile, for as long as its lease holds.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    readonly Akka.Cluster.Cluster _cluster = Akka.Cluster.Cluster.Get(Context.System);
    readonly ILoggingAdapter _log = Context.GetLogger();
    readonly HashSet<UniqueAddress> _coordinators = [];

    public CoordinatorWatch(TimeSpan patience)
    {
        Receive<ClusterEvent.MemberRemoved>(gone =>
        {
            if (_coordinators.Remove(gone.Member.UniqueAddress) && _coordinators.Count == 0) Timers.StartSingleTimer(nameof(Alone), Alone.Instance, patience);
        });
        Receive<ClusterEvent.IMemberEvent>(change =>
        {
            if (!change.Member.HasRole(OrchestratorNode.CoordinatorRole)) return;
            _coordinators.Add(change.Member.UniqueAddress);
            Timers.Cancel(nameof(Alone));
        });
        Receive<Alone>(_ =>
        {
            _log.Warning("no coordinator is left in this cluster: leaving it, to join the next one");
            CoordinatedShutdown.Get(Context.System).Run(NoCoordinator.Instance);
        });
    }

    public ITimerScheduler Timers { get; set; } = null!;

    public static Props Props(TimeSpan patience) => Akka.Actor.Props.Create(() => new CoordinatorWatch(patience));

    protected override void PreStart() => _cluster.Subscribe(Self, ClusterEvent.SubscriptionInitialStateMode.InitialStateAsEvents, typeof(ClusterEvent.IMemberEvent));

    protected override void PostStop() => _cluster.Unsubscribe(Self);

    sealed class Alone : INoSerializationVerificationNeeded
    {
        Alone()
        {
        }

        public static Alone Instance { get; } = new();
    }
}

/// <summary>Why a node leaves a cluster without coordinators.</summary>
public sealed class NoCoordinator : CoordinatedShutdown.Reason
{
    NoCoordinator()
    {
    }

    public static NoCoordinator Instance { get; } = new();

    /// <summary>A service manager starts the node again.</summary>
    public override int ExitCode => 1;
}
