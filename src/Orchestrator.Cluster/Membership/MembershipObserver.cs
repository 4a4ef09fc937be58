using Akka.Actor;
using Akka.Cluster;
using Orchestrator.Cluster.Metrics;
using Orchestrator.Cluster.Protocol;

namespace Orchestrator.Cluster.Membership;

/// <summary>Keeps the metrics of cluster members true: how many by status, how many suspected, and when the active coordinator was
/// lost.</summary>
/// <remarks>Counts from the events alone: the cluster's own view of its state may be older than the event that is just told.</remarks>
sealed class MembershipObserver : ReceiveActor
{
    readonly Akka.Cluster.Cluster _cluster = Akka.Cluster.Cluster.Get(Context.System);
    readonly Dictionary<UniqueAddress, Member> _members = [];
    readonly HashSet<UniqueAddress> _unreachable = [];

    public MembershipObserver(MembershipMetrics metrics)
    {
        Receive<ClusterEvent.CurrentClusterState>(state =>
        {
            foreach (var member in state.Members)
                _members[member.UniqueAddress] = member;
            _unreachable.UnionWith(state.Unreachable.Select(member => member.UniqueAddress));
            Count();
        });
        Receive<ClusterEvent.MemberRemoved>(removed =>
        {
            if (IsActiveCoordinator(removed.Member))
                metrics.ActiveCoordinatorLost();
            _members.Remove(removed.Member.UniqueAddress);
            _unreachable.Remove(removed.Member.UniqueAddress);
            metrics.Happened(MemberEvent.Removed);
            Count();
        });
        Receive<ClusterEvent.UnreachableMember>(suspect =>
        {
            if (IsActiveCoordinator(suspect.Member))
                metrics.ActiveCoordinatorLost();
            _unreachable.Add(suspect.Member.UniqueAddress);
            metrics.Happened(MemberEvent.Unreachable);
            Count();
        });
        Receive<ClusterEvent.ReachableMember>(heard =>
        {
            if (IsActiveCoordinator(heard.Member))
                metrics.ActiveCoordinatorBack();
            _unreachable.Remove(heard.Member.UniqueAddress);
            metrics.Happened(MemberEvent.Reachable);
            Count();
        });
        Receive<ClusterEvent.IMemberEvent>(changed =>
        {
            if (changed is ClusterEvent.MemberLeft or ClusterEvent.MemberExited && IsActiveCoordinator(changed.Member))
                metrics.ActiveCoordinatorLost();
            if (!_members.ContainsKey(changed.Member.UniqueAddress))
                metrics.Happened(MemberEvent.Joined);
            _members[changed.Member.UniqueAddress] = changed.Member;
            Count();
        });

        void Count()
        {
            metrics.MembersChanged(_members.Values.Select(member => member.Status.ToString().ToLowerInvariant()));
            metrics.UnreachableChanged(_unreachable.Count);
        }
    }

    public static Props Props(ClusterMetrics metrics) => Akka.Actor.Props.Create(() => new MembershipObserver(metrics.Membership));

    protected override void PreStart() =>
        _cluster.Subscribe(
            Self,
            ClusterEvent.SubscriptionInitialStateMode.InitialStateAsSnapshot,
            typeof(ClusterEvent.IMemberEvent),
            typeof(ClusterEvent.IReachabilityEvent)
        );

    protected override void PostStop() => _cluster.Unsubscribe(Self);

    // The singleton runs on the oldest member of its role.
    bool IsActiveCoordinator(Member member) =>
        member.HasRole(ClusterNames.CoordinatorRole)
        && !_members.Values.Any(other =>
            other.HasRole(ClusterNames.CoordinatorRole) && other.UniqueAddress != member.UniqueAddress && other.IsOlderThan(member)
        );
}
