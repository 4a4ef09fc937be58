using Akka.Actor;
using Akka.Cluster;

namespace Orchestrator.Cluster.Metrics;

/// <summary>Keeps the metric of cluster members by status true.</summary>
sealed class MemberCount : ReceiveActor
{
    readonly Akka.Cluster.Cluster _cluster = Akka.Cluster.Cluster.Get(Context.System);

    public MemberCount(ClusterMetrics metrics)
    {
        Receive<ClusterEvent.CurrentClusterState>(_ => Count());
        Receive<ClusterEvent.IMemberEvent>(_ => Count());

        void Count() => metrics.MembersChanged(_cluster.State.Members.Select(member => member.Status.ToString().ToLowerInvariant()));
    }

    public static Props Props(ClusterMetrics metrics) => Akka.Actor.Props.Create(() => new MemberCount(metrics));

    protected override void PreStart() => _cluster.Subscribe(Self, ClusterEvent.SubscriptionInitialStateMode.InitialStateAsSnapshot, typeof(ClusterEvent.IMemberEvent));

    protected override void PostStop() => _cluster.Unsubscribe(Self);
}
