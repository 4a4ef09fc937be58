using Akka.Actor;
using Akka.Configuration;
using Orchestrator.Cluster.Membership;
using Orchestrator.Cluster.Protocol;

namespace Orchestrator.Cluster.Tests.Membership;

/// <summary>Two real members in one process: a worker, and the coordinator that goes.</summary>
public sealed class MajorityGuardSpecs : IAsyncLifetime
{
    static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);
    readonly ActorSystem _worker = Member("worker"),
        _coordinator = Member("coordinator");

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        var first = Akka.Cluster.Cluster.Get(_worker);
        await first.JoinAsync(first.SelfAddress, Cancel);
        await Akka.Cluster.Cluster.Get(_coordinator).JoinAsync(first.SelfAddress, Cancel);
    }

    public async ValueTask DisposeAsync()
    {
        await _coordinator.Terminate();
        await _worker.Terminate();
    }

    [Fact]
    public async Task A_worker_leaves_a_cluster_whose_last_coordinator_is_gone()
    {
        _worker.ActorOf(MajorityGuard.Props(1, TimeSpan.FromMilliseconds(200)));

        await Akka.Cluster.Cluster.Get(_coordinator).LeaveAsync(Cancel);

        await _worker.WhenTerminated.WaitAsync(Limit, Cancel);
        Assert.Same(NoMajority.Instance, CoordinatedShutdown.Get(_worker).ShutdownReason);
    }

    [Fact]
    public async Task A_node_leaves_where_the_coordinators_are_no_majority()
    {
        _coordinator.ActorOf(MajorityGuard.Props(MajorityGuard.Majority(3), TimeSpan.FromMilliseconds(200)));

        await _coordinator.WhenTerminated.WaitAsync(Limit, Cancel);
        Assert.Same(NoMajority.Instance, CoordinatedShutdown.Get(_coordinator).ShutdownReason);
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(3, 2)]
    [InlineData(5, 3)]
    public void More_than_half_are_a_majority(int coordinators, int majority) =>
        Assert.Equal(majority, MajorityGuard.Majority(coordinators));

    static ActorSystem Member(string role) =>
        ActorSystem.Create(
            ClusterNames.System,
            ConfigurationFactory.ParseString(
                $$"""
                akka {
                  loglevel = OFF
                  stdout-loglevel = OFF
                  actor.provider = cluster
                  remote.dot-netty.tcp { hostname = 127.0.0.1, port = 0 }
                  cluster { roles = [{{role}}], gossip-interval = 100ms, leader-actions-interval = 100ms }
                }
                """
            )
        );
}
