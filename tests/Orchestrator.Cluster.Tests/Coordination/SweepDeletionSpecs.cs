using Akka.Actor;
using Akka.TestKit;
using Orchestrator.Cluster.Coordination;
using Orchestrator.Cluster.Protocol;
using Orchestrator.Cluster.Workers;
using Orchestrator.Sweeps.Domain;
using Orchestrator.Sweeps.Tasks;

namespace Orchestrator.Cluster.Tests.Coordination;

/// <summary>A sweep that is deleted, and checkpoints that are given up: every node is asked, until it has done so.</summary>
public sealed class SweepDeletionSpecs(ITestOutputHelper output) : ActorSpecs(output)
{
    [Fact]
    public async Task A_sweep_that_runs_is_not_deleted_and_a_paused_one_is_first_where_its_files_are()
    {
        var (coordinator, node) = await BeginAsync();
        coordinator.Tell(new SweepProtocol.Delete("test"), TestActor);
        Assert.Contains(
            "is running: pause or stop it first",
            (await ExpectMsgAsync<SweepProtocol.Refused>(cancellationToken: Cancel)).Reason
        );
        coordinator.Tell(new WorkProtocol.RequestWork(Node, 1, WorkKind.Training, Cores, Cores), TestActor);
        var granted = await ExpectMsgAsync<WorkProtocol.WorkGranted>(cancellationToken: Cancel);
        await AskAsync(coordinator, new SweepProtocol.Pause("test"));
        coordinator.Tell(new SweepProtocol.Delete("test"), TestActor);
        Assert.Contains("wait until its trials have left", (await ExpectMsgAsync<SweepProtocol.Refused>(cancellationToken: Cancel)).Reason);
        var left = new WorkProtocol.EndLease("test", granted.Lease.Token, 1, new AttemptEnd(AttemptCause.Interrupted), null);
        coordinator.Tell(left, TestActor);
        await ExpectMsgAsync<WorkProtocol.ReportAccepted>(cancellationToken: Cancel);

        Sys.EventStream.Subscribe(TestActor, typeof(SweepProtocol.SweepGone));
        await AskAsync(coordinator, new SweepProtocol.Delete("test"));
        await node.ExpectMsgAsync(new FileProtocol.DeleteSweep("test"), cancellationToken: Cancel);
        // Said twice it is done once; what is asked of the sweep is asked of nobody.
        await AskAsync(coordinator, new SweepProtocol.Delete("test"));
        coordinator.Tell(new SweepProtocol.Describe("test"), TestActor);
        await ExpectMsgAsync<SweepProtocol.NotFound>(cancellationToken: Cancel);
        coordinator.Tell(left, TestActor);
        await ExpectMsgAsync<WorkProtocol.LeaseRefused>(cancellationToken: Cancel);
        coordinator.Tell(new SweepProtocol.Submit(Spec(1), "file"), TestActor);
        Assert.Contains("is being deleted", (await ExpectMsgAsync<SweepProtocol.Refused>(cancellationToken: Cancel)).Reason);
        node.Reply(new FileProtocol.Deleted());
        Assert.Equal("test", (await ExpectMsgAsync<SweepProtocol.SweepGone>(cancellationToken: Cancel)).Sweep);

        // The name is free, and nothing is known of what had it.
        coordinator.Tell(new SweepProtocol.Submit(Spec(3), "another file"), TestActor);
        await ExpectMsgAsync<SweepProtocol.Accepted>(cancellationToken: Cancel);
        coordinator.Tell(new WorkProtocol.RequestWork(Node, 1, WorkKind.Training, Cores, Cores), TestActor);
        Assert.Equal(1, (await ExpectMsgAsync<WorkProtocol.WorkGranted>(cancellationToken: Cancel)).Lease.Attempt);
    }

    [Fact]
    public async Task A_deletion_that_was_begun_is_ended_by_the_coordinator_that_comes_next()
    {
        var (coordinator, node) = await BeginAsync();
        await AskAsync(coordinator, new SweepProtocol.Stop("test"));
        await AskAsync(coordinator, new SweepProtocol.Delete("test"));
        await node.ExpectMsgAsync(new FileProtocol.DeleteSweep("test"), cancellationToken: Cancel);
        await StopAsync(coordinator);

        Sys.EventStream.Subscribe(TestActor, typeof(SweepProtocol.SweepGone));
        // Also where it looks after another sweep alone.
        var next = StartCoordinator(only: "another");
        await node.ExpectMsgAsync(new FileProtocol.DeleteSweep("test"), cancellationToken: Cancel);
        node.Reply(new FileProtocol.NotDeleted("read-only"));
        await node.ExpectNoMsgAsync(TimeSpan.FromMilliseconds(100), Cancel);
        Scheduler.Advance(FileDeletions.AskAgain);
        await node.ExpectMsgAsync(new FileProtocol.DeleteSweep("test"), cancellationToken: Cancel);
        node.Reply(new FileProtocol.Deleted());
        await ExpectMsgAsync<SweepProtocol.SweepGone>(cancellationToken: Cancel);
        await StopAsync(next);

        var last = StartCoordinator();
        last.Tell(new SweepProtocol.Delete("test"), TestActor);
        await ExpectMsgAsync<SweepProtocol.NotFound>(cancellationToken: Cancel);
        await node.ExpectNoMsgAsync(TimeSpan.FromMilliseconds(100), Cancel);
    }

    [Fact]
    public async Task What_is_given_up_is_asked_of_every_node_until_it_is_deleted_also_by_the_coordinator_that_comes_next()
    {
        var (coordinator, node) = await BeginAsync();
        coordinator.Tell(new WorkProtocol.RequestWork(Node, 1, WorkKind.Training, Cores, Cores), TestActor);
        var token = (await ExpectMsgAsync<WorkProtocol.WorkGranted>(cancellationToken: Cancel)).Lease.Token;
        var kept = Checkpoint(1, final: false) with { Stored = 3 };
        coordinator.Tell(new WorkProtocol.ReportCheckpoint("test", token, 1, kept), TestActor);
        await ExpectMsgAsync<WorkProtocol.ReportAccepted>(cancellationToken: Cancel);
        coordinator.Tell(new WorkProtocol.EndLease("test", token, 2, new AttemptEnd(AttemptCause.Divergence), null), TestActor);
        await ExpectMsgAsync<WorkProtocol.ReportAccepted>(cancellationToken: Cancel);
        await AskAsync(coordinator, new SweepProtocol.Stop("test"));
        await AskAsync(coordinator, new SweepProtocol.Prune("test", All: true));
        var asked = new FileProtocol.DeleteCheckpoints("test", 1, 1, null);
        await node.ExpectMsgAsync(asked, cancellationToken: Cancel);
        await StopAsync(coordinator);

        StartCoordinator();
        await node.ExpectMsgAsync(asked, cancellationToken: Cancel);
        Sys.EventStream.Subscribe(TestActor, typeof(SweepProtocol.SweepChanged));
        node.Reply(new FileProtocol.Deleted());
        Assert.Empty((await ExpectMsgAsync<SweepProtocol.SweepChanged>(cancellationToken: Cancel)).State.GivenUp);
    }

    async Task<(IActorRef Coordinator, TestProbe Node)> BeginAsync()
    {
        var node = CreateTestProbe("sweep-files-of-test");
        Sys.ActorOf(Props.Create(() => new Forwarding(node)), SweepFilesActor.Name);
        Membership.Addresses = [((ExtendedActorSystem)Sys).Provider.DefaultAddress];
        var coordinator = StartCoordinator();
        coordinator.Tell(new SweepProtocol.Submit(Spec(2), "file"), TestActor);
        await ExpectMsgAsync<SweepProtocol.Accepted>(cancellationToken: Cancel);
        return (coordinator, node);
    }

    async Task AskAsync(IActorRef coordinator, SweepProtocol.ISweepRequest verb)
    {
        coordinator.Tell(verb, TestActor);
        await ExpectMsgAsync<SweepProtocol.Accepted>(cancellationToken: Cancel);
    }

    async Task StopAsync(IActorRef coordinator)
    {
        Watch(coordinator);
        Sys.Stop(coordinator);
        await ExpectTerminatedAsync(coordinator, cancellationToken: Cancel);
        Unwatch(coordinator);
    }

    sealed class Forwarding : ReceiveActor
    {
        public Forwarding(IActorRef to) => ReceiveAny(to.Forward);
    }
}
