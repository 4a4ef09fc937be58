using Akka.Actor;
using Akka.Cluster;
using Akka.Event;
using Orchestrator.Cluster.Protocol;

namespace Orchestrator.Cluster.Membership;

/// <summary>
/// Makes a node leave a cluster that has had no majority of the coordinators for a while. Such clusters come about where coordinators come
/// back and find nobody: the first seed then forms a new cluster, and neither that one nor the old one would ever hear of the other. A node
/// that starts again joins the one where the majority is.
/// </summary>
sealed class MajorityGuard : ReceiveActor, IWithTimers
{
    /// <summary>How long a majority may be missing: longer than a start, an election or a join takes; training goes on meanwhile, for as
    /// long as its lease holds.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    readonly Akka.Cluster.Cluster _cluster = Akka.Cluster.Cluster.Get(Context.System);
    readonly ILoggingAdapter _log = Context.GetLogger();
    readonly HashSet<UniqueAddress> _coordinators = [];

    public MajorityGuard(int needed, TimeSpan patience)
    {
        Receive<ClusterEvent.IMemberEvent>(change =>
        {
            var member = change.Member;
            if (member.HasRole(ClusterNames.CoordinatorRole) && change is ClusterEvent.MemberUp)
                _coordinators.Add(member.UniqueAddress);
            else if (member.Status is not (MemberStatus.Joining or MemberStatus.WeaklyUp))
                _coordinators.Remove(member.UniqueAddress);

            if (_coordinators.Count >= needed)
                Timers.Cancel(nameof(TooFew));
            else if (!Timers.IsTimerActive(nameof(TooFew)))
                Timers.StartSingleTimer(nameof(TooFew), TooFew.Instance, patience);
        });
        Receive<TooFew>(_ =>
        {
            _log.Warning(
                "this cluster has {0} of at least {1} coordinators: leaving it, to join where the others are",
                _coordinators.Count,
                needed
            );
            CoordinatedShutdown.Get(Context.System).Run(NoMajority.Instance);
        });
    }

    public ITimerScheduler Timers { get; set; } = null!;

    public static Props Props(int needed, TimeSpan patience) => Akka.Actor.Props.Create(() => new MajorityGuard(needed, patience));

    /// <param name="coordinators">That the cluster is made for.</param>
    public static int Majority(int coordinators) => coordinators / 2 + 1;

    protected override void PreStart() =>
        _cluster.Subscribe(Self, ClusterEvent.SubscriptionInitialStateMode.InitialStateAsEvents, typeof(ClusterEvent.IMemberEvent));

    protected override void PostStop() => _cluster.Unsubscribe(Self);

    sealed class TooFew : INoSerializationVerificationNeeded
    {
        TooFew() { }

        public static TooFew Instance { get; } = new();
    }
}

/// <summary>Why a node leaves a cluster without a majority of the coordinators.</summary>
public sealed class NoMajority : CoordinatedShutdown.Reason
{
    NoMajority() { }

    public static NoMajority Instance { get; } = new();

    /// <summary>The exit code upon which a service manager starts the node again.</summary>
    public override int ExitCode => 1;
}
