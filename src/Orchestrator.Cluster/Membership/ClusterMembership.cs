using System.Collections.Immutable;
using Akka.Actor;
using Akka.Cluster;

namespace Orchestrator.Cluster.Membership;

/// <summary>Which nodes belong to the cluster. A node is named by its address and incarnation, so a restarted process is another
/// node.</summary>
public interface IMembership
{
    /// <summary>This node.</summary>
    string Self { get; }

    bool Contains(string node);

    /// <summary>Where its nodes are.</summary>
    ImmutableArray<Address> Addresses { get; }

    /// <summary>From now on the actor is told <see cref="NodeGone"/> of every node that leaves for good.</summary>
    void Subscribe(IActorRef subscriber);
}

public sealed record NodeGone(string Node) : INoSerializationVerificationNeeded;

/// <summary>Membership as Akka.Cluster knows it.</summary>
public sealed class ClusterMembership(ActorSystem system) : IMembership
{
    readonly Akka.Cluster.Cluster _cluster = Akka.Cluster.Cluster.Get(system);

    public static string SelfNode(ActorSystem system) => Name(Akka.Cluster.Cluster.Get(system).SelfUniqueAddress);

    public string Self { get; } = SelfNode(system);

    public bool Contains(string node) => _cluster.State.Members.Any(member => Name(member.UniqueAddress) == node);

    public ImmutableArray<Address> Addresses => [.. _cluster.State.Members.Select(member => member.Address)];

    public void Subscribe(IActorRef subscriber) => system.ActorOf(Props.Create(() => new Watcher(subscriber)));

    /// <summary>How leases and results name a member.</summary>
    public static string Name(UniqueAddress address) => $"{address.Address.Host}:{address.Address.Port}#{address.Uid}";

    sealed class Watcher : ReceiveActor
    {
        public Watcher(IActorRef subscriber)
        {
            Receive<ClusterEvent.MemberRemoved>(gone => subscriber.Tell(new NodeGone(Name(gone.Member.UniqueAddress))));
            Receive<ClusterEvent.CurrentClusterState>(_ => { });
            Receive<Terminated>(_ => Context.Stop(Self));
            Context.Watch(subscriber);
        }

        protected override void PreStart() =>
            Akka
                .Cluster.Cluster.Get(Context.System)
                .Subscribe(Self, ClusterEvent.SubscriptionInitialStateMode.InitialStateAsSnapshot, typeof(ClusterEvent.MemberRemoved));

        protected override void PostStop() => Akka.Cluster.Cluster.Get(Context.System).Unsubscribe(Self);
    }
}
