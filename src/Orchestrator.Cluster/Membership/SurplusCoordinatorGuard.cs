using Akka.Actor;
using Akka.Cluster;
using Akka.Event;
using Orchestrator.Cluster.Protocol;

namespace Orchestrator.Cluster.Membership;

/// <summary>Makes a coordinator leave that is one more than the cluster is made for: with one too many, a partition could leave a majority
/// on neither side.</summary>
sealed class SurplusCoordinatorGuard : ReceiveActor
{
    readonly Akka.Cluster.Cluster _cluster = Akka.Cluster.Cluster.Get(Context.System);

    public SurplusCoordinatorGuard(int allowed)
    {
        var log = Context.GetLogger();
        Receive<ClusterEvent.MemberUp>(
            up => up.Member.UniqueAddress == _cluster.SelfUniqueAddress,
            _ =>
            {
                var older = _cluster.State.Members.Count(member =>
                    member.HasRole(ClusterNames.CoordinatorRole)
                    && member.Status == MemberStatus.Up
                    && member.UniqueAddress != _cluster.SelfUniqueAddress
                    && member.IsOlderThan(_cluster.SelfMember)
                );
                if (older < allowed)
                    return;
                log.Error(
                    "this cluster is made for {0} coordinators and has them already: leaving; see the setting 'coordinators'",
                    allowed
                );
                CoordinatedShutdown.Get(Context.System).Run(OneTooMany.Instance);
            }
        );
        Receive<ClusterEvent.IMemberEvent>(_ => { });
    }

    public static Props Props(int allowed) => Akka.Actor.Props.Create(() => new SurplusCoordinatorGuard(allowed));

    protected override void PreStart() =>
        _cluster.Subscribe(Self, ClusterEvent.SubscriptionInitialStateMode.InitialStateAsEvents, typeof(ClusterEvent.MemberUp));

    protected override void PostStop() => _cluster.Unsubscribe(Self);
}

/// <summary>Why a surplus coordinator leaves.</summary>
public sealed class OneTooMany : CoordinatedShutdown.Reason
{
    OneTooMany() { }

    public static OneTooMany Instance { get; } = new();

    /// <summary>The exit code that says the settings are wrong: starting again would not help.</summary>
    public override int ExitCode => 2;
}
