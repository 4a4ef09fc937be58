using Akka.Actor;
using Akka.Cluster;

namespace Orchestrator.Cluster.Metrics;

/// <summary>Keeps the metric of cluster members by status, and of those suspected, true.</summary>
/// <remarks>Counts from the events alone: the cluster's own view of its state may be older than the event that is just told.</remarks>
sealed class MemberCount : ReceiveActor
{
    readonly Akka.Cluster.Cluster _cluster = Akka.Cluster.Cluster.Get(Context.System);
    readonly Dictionary<UniqueAddress, MemberStatus> _members = [];
    readonly HashSet<UniqueAddress> _unreachable = [];

    public MemberCount(ClusterMetrics metrics)
    {
        Receive<ClusterEvent.CurrentClusterState>(state =>
        {
            foreach (var member in state.Members) _members[member.UniqueAddress] = member.Status;
            _unreachable.UnionWith(state.Unreachable.Select(member => member.UniqueAddress));
            Count();
        });
        Receive<ClusterEvent.MemberRemoved>(removed =>
        {
            _members.Remove(removed.Member.UniqueAddress);
            _unreachable.Remove(removed.Member.UniqueAddress);
            Count();
        });
        Receive<ClusterEvent.UnreachableMember>(suspect =>
        {
            _unreachable.Add(suspect.Member.UniqueAddress);
            Count();
        });
        Receive<ClusterEvent.ReachableMember>(heard =>
        {
            _unreachable.Remove(heard.Member.UniqueAddress);
            Count();
        });
        Receive<ClusterEvent.IMemberEvent>(changed =>
        {
            _members[changed.Member.UniqueAddress] = changed.Member.Status;
            Count();
        });

        void Count()
        {
            metrics.MembersChanged(_members.Values.Select(status => status.ToString().ToLowerInvariant()));
            metrics.UnreachableChanged(_unreachable.Count);
        }
    }

    public static Props Props(ClusterMetrics metrics) => Akka.Actor.Props.Create(() => new MemberCount(metrics));

    protected override void PreStart() => _cluster.Subscribe(Self, ClusterEvent.SubscriptionInitialStateMode.InitialStateAsSnapshot, typeof(ClusterEvent.IMemberEvent), typeof(ClusterEvent.IReachabilityEvent));

    protected override void PostStop() => _cluster.Unsubscribe(Self);
}
