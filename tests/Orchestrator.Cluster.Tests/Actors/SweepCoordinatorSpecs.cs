using Akka.Actor;
using Orchestrator.Cluster.Protocol;
using Orchestrator.Sweeps.Attempts;
using Orchestrator.Sweeps.Domain;
using static Orchestrator.Cluster.Protocol.WorkProtocol;

namespace Orchestrator.Cluster.Tests.Actors;

public sealed class SweepCoordinatorSpecs(ITestOutputHelper output) : ActorSpecs(output)
{
    [Fact]
    public async Task A_slot_that_asks_is_given_the_oldest_sweeps_first_trial()
    {
        var coordinator = await CoordinatorWith("first", "second");
        var granted = await Ask(coordinator, slot: 1);
        Assert.Equal(("first", 1, 1), (granted.Sweep, granted.Lease.Trial, granted.Lease.Attempt));
        Assert.Equal("digits", granted.Spec.Dataset);
        // The first sweep has nothing more to give: the second one is asked.
        Assert.Equal("second", (await Ask(coordinator, slot: 2)).Sweep);
    }

    [Fact]
    public async Task A_request_that_is_repeated_is_given_the_same_lease()
    {
        var coordinator = await CoordinatorWith("first", "second");
        var first = await Ask(coordinator, slot: 1);
        var again = await Ask(coordinator, slot: 1);
        Assert.Equal((first.Sweep, first.Lease), (again.Sweep, again.Lease));
    }

    [Fact]
    public async Task A_report_is_confirmed_once_kept_and_a_stale_one_refused()
    {
        var coordinator = await CoordinatorWith("only");
        var granted = await Ask(coordinator, slot: 1);
        coordinator.Tell(new EpochDone("only", granted.Lease.Token, 1, Epoch(1)), TestActor);
        Assert.Equal(new ReportAccepted(granted.Lease.Token, 1), await ExpectMsgAsync<ReportAccepted>(cancellationToken: Cancel));
        coordinator.Tell(new EpochDone("only", granted.Lease.Token + 7, 1, Epoch(1)), TestActor);
        Assert.Equal(granted.Lease.Token + 7, (await ExpectMsgAsync<LeaseRefused>(cancellationToken: Cancel)).Token);
        coordinator.Tell(new RenewLease("nobody", 1), TestActor);
        await ExpectMsgAsync<LeaseRefused>(cancellationToken: Cancel);
    }

    [Fact]
    public async Task A_lease_that_is_not_renewed_is_given_to_another_slot_and_the_late_report_refused()
    {
        var coordinator = await CoordinatorWith("only");
        var silent = await Ask(coordinator, slot: 1);
        Scheduler.Advance(Lease - TimeSpan.FromSeconds(1));
        coordinator.Tell(new RenewLease("only", silent.Lease.Token), TestActor);
        await ExpectMsgAsync<LeaseRenewed>(cancellationToken: Cancel);
        Scheduler.Advance(Lease - TimeSpan.FromSeconds(1));
        coordinator.Tell(new RequestWork(Node, 2, WorkKind.Training), TestActor);
        await ExpectNoMsgAsync(TimeSpan.Zero, Cancel);
        Scheduler.Advance(TimeSpan.FromSeconds(1));

        var next = await AskUntilGranted(coordinator, slot: 2);
        Assert.Equal((2, 2), (next.Lease.Attempt, next.Lease.Slot));
        coordinator.Tell(new WorkEnded("only", silent.Lease.Token, 1, new AttemptEnd(AttemptCause.Done), null), TestActor);
        Assert.Equal(silent.Lease.Token, (await ExpectMsgAsync<LeaseRefused>(cancellationToken: Cancel)).Token);
    }

    [Fact]
    public async Task What_ran_on_a_node_that_is_gone_goes_on_elsewhere_at_once()
    {
        var coordinator = await CoordinatorWith("only");
        await Ask(coordinator, slot: 1);
        Membership.Join("127.0.0.1:2#2");
        Membership.Lose(Node);
        var next = await AskUntilGranted(coordinator, slot: 1, node: "127.0.0.1:2#2");
        Assert.Equal(2, next.Lease.Attempt);
    }

    [Fact]
    public async Task A_coordinator_that_restarts_knows_its_sweeps_and_gives_up_the_leases_of_nodes_that_are_gone()
    {
        var coordinator = await CoordinatorWith("only");
        var before = await Ask(coordinator, slot: 1);
        coordinator.Tell(new CheckpointDone("only", before.Lease.Token, 1, Checkpoint(3, final: false)), TestActor);
        await ExpectMsgAsync<ReportAccepted>(cancellationToken: Cancel);
        await Stop(coordinator);
        Membership.Lose(Node);
        Membership.Join("127.0.0.1:2#2");

        var after = await AskUntilGranted(StartCoordinator(), slot: 1, node: "127.0.0.1:2#2");
        Assert.Equal(("only", 1, 2), (after.Sweep, after.Lease.Trial, after.Lease.Attempt));
    }

    [Fact]
    public async Task A_coordinator_that_restarts_keeps_the_leases_of_nodes_that_are_there()
    {
        var coordinator = await CoordinatorWith("only");
        var before = await Ask(coordinator, slot: 1);
        await Stop(coordinator);
        var restarted = StartCoordinator();
        restarted.Tell(new EpochDone("only", before.Lease.Token, 1, Epoch(1)), TestActor);
        await ExpectMsgAsync<ReportAccepted>(cancellationToken: Cancel);
    }

    [Fact]
    public async Task Another_spec_under_a_name_that_is_taken_is_refused_with_the_difference()
    {
        var coordinator = await CoordinatorWith("only");
        coordinator.Tell(new SweepProtocol.Submit(Spec(2, "only"), ""), TestActor);
        var refused = await ExpectMsgAsync<SweepProtocol.SubmitRefused>(cancellationToken: Cancel);
        Assert.Contains("replicate", refused.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_coordinator_for_one_sweep_leaves_the_others_alone()
    {
        await Stop(await CoordinatorWith("first", "second"));
        Assert.Equal("second", (await AskUntilGranted(StartCoordinator(only: "second"), slot: 1)).Sweep);
    }

    [Fact]
    public async Task A_stop_grants_nothing_further()
    {
        var coordinator = await CoordinatorWith("only");
        coordinator.Tell(new SweepProtocol.Stop("only"), TestActor);
        await ExpectMsgAsync<SweepProtocol.SubmitAccepted>(cancellationToken: Cancel);
        coordinator.Tell(new RequestWork(Node, 1, WorkKind.Training), TestActor);
        coordinator.Tell(new SweepProtocol.Stop("nobody"), TestActor);
        // The answer to what came later is the first to arrive: the request found nothing.
        Assert.Contains("nobody", (await ExpectMsgAsync<SweepProtocol.SubmitRefused>(cancellationToken: Cancel)).Reason, StringComparison.Ordinal);
    }

    async Task<IActorRef> CoordinatorWith(params string[] sweeps)
    {
        var coordinator = StartCoordinator();
        foreach (var sweep in sweeps)
        {
            coordinator.Tell(new SweepProtocol.Submit(Spec(1, sweep), "file"), TestActor);
            Assert.Equal(sweep, (await ExpectMsgAsync<SweepProtocol.SubmitAccepted>(cancellationToken: Cancel)).Sweep);
        }

        return coordinator;
    }

    async Task<WorkGranted> Ask(IActorRef coordinator, int slot)
    {
        coordinator.Tell(new RequestWork(Node, slot, WorkKind.Training), TestActor);
        return await ExpectMsgAsync<WorkGranted>(cancellationToken: Cancel);
    }

    /// <summary>Asks as a slot does, again and again: what frees the trial may still be on its way.</summary>
    async Task<WorkGranted> AskUntilGranted(IActorRef coordinator, int slot, string node = Node)
    {
        WorkGranted? granted = null;
        await AwaitAssertAsync(async () =>
        {
            coordinator.Tell(new RequestWork(node, slot, WorkKind.Training), TestActor);
            granted = await ExpectMsgAsync<WorkGranted>(TimeSpan.FromMilliseconds(100), cancellationToken: Cancel);
        }, cancellationToken: Cancel);
        return granted!;
    }

    async Task Stop(IActorRef actor)
    {
        await WatchAsync(actor);
        Sys.Stop(actor);
        await ExpectTerminatedAsync(actor, cancellationToken: Cancel);
    }
}
