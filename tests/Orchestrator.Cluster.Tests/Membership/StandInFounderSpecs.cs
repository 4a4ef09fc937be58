using Akka.Actor;
using Akka.Cluster;
using Akka.Configuration;
using Orchestrator.Cluster.Membership;
using Orchestrator.Cluster.Protocol;

namespace Orchestrator.Cluster.Tests.Membership;

/// <summary>Two real systems in one process: a seed that is not the first, and another one.</summary>
[Trait("Needs", "time")]
public sealed class StandInFounderSpecs : IAsyncLifetime
{
    static readonly TimeSpan Listening = TimeSpan.FromSeconds(2),
        Limit = TimeSpan.FromSeconds(30);
    static readonly Address Nobody = new("akka.tcp", ClusterNames.System, "127.0.0.1", 1);
    readonly ActorSystem _node = Start(),
        _other = Start();

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    bool IsMember => Akka.Cluster.Cluster.Get(_node).SelfMember.Status == MemberStatus.Up;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        await _node.Terminate();
        await _other.Terminate();
    }

    [Fact]
    public async Task Where_no_seed_before_it_answers_it_forms_the_cluster()
    {
        _node.ActorOf(StandInFounder.Props([Nobody, Address(_node)], 1, TimeSpan.Zero, Listening));
        await FormsAsync();
    }

    [Fact]
    public async Task While_a_seed_before_it_lives_that_one_is_left_to_do_it()
    {
        _other.ActorOf(Props.Empty, StandInFounder.Alive);
        _node.ActorOf(StandInFounder.Props([Address(_other), Address(_node)], 1, TimeSpan.Zero, Listening));
        await StaysOutUntilTheOtherEndsAsync();
    }

    [Fact]
    public async Task While_a_seed_after_it_is_a_member_that_one_is_joined()
    {
        _other.ActorOf(Props.Empty, StandInFounder.Member);
        _node.ActorOf(StandInFounder.Props([Nobody, Address(_node), Address(_other)], 1, TimeSpan.Zero, Listening));
        await StaysOutUntilTheOtherEndsAsync();
    }

    [Fact]
    public async Task A_seed_after_it_that_is_only_alive_waits_for_this_one()
    {
        _other.ActorOf(Props.Empty, StandInFounder.Alive);
        _node.ActorOf(StandInFounder.Props([Nobody, Address(_node), Address(_other)], 1, TimeSpan.Zero, Listening));
        await FormsAsync();
    }

    async Task StaysOutUntilTheOtherEndsAsync()
    {
        // Several looks long: that nothing happens is only seen by waiting.
        await Task.Delay(3 * Listening, Cancel);
        Assert.False(IsMember);
        await _other.Terminate();
        await FormsAsync();
    }

    Task FormsAsync() => Eventually.TrueAsync(() => IsMember, Limit);

    static Address Address(ActorSystem system) => Akka.Cluster.Cluster.Get(system).SelfAddress;

    static ActorSystem Start() =>
        ActorSystem.Create(
            ClusterNames.System,
            ConfigurationFactory.ParseString(
                """
                akka {
                  loglevel = OFF
                  stdout-loglevel = OFF
                  actor.provider = cluster
                  remote { retry-gate-closed-for = 100ms, dot-netty.tcp { hostname = 127.0.0.1, port = 0 } }
                  cluster { gossip-interval = 100ms, leader-actions-interval = 100ms }
                }
                """
            )
        );
}
