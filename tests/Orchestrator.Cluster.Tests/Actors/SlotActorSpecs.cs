using System.Text.Json;
using Akka.Actor;
using Akka.TestKit;
using Orchestrator.Cluster.Actors;
using Orchestrator.Cluster.Protocol;
using Orchestrator.Sweeps;
using Orchestrator.Sweeps.Attempts;
using Orchestrator.Sweeps.Domain;
using Orchestrator.Sweeps.Search;
using static Orchestrator.Cluster.Protocol.WorkProtocol;

namespace Orchestrator.Cluster.Tests.Actors;

public sealed class SlotActorSpecs(ITestOutputHelper output) : ActorSpecs(output), IDisposable
{
    readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("slot-specs-");
    TestProbe _coordinator = null!, _processes = null!;

    void IDisposable.Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task A_slot_asks_until_it_is_given_work_and_tells_the_process_all_it_needs()
    {
        await StartSlot();
        Scheduler.Advance(TimeSpan.FromMilliseconds(500));
        await _coordinator.ExpectMsgAsync<RequestWork>(cancellationToken: Cancel);
        var process = await Begin(attempt: 3);
        var task = JsonSerializer.Deserialize<AttemptSpec>(await File.ReadAllTextAsync(process.TaskFile, Cancel), OrchestratorJson.Compact)!;
        Assert.Equal(("test", "0001", 3, 7L), (task.Sweep, task.Trial, task.Attempt, task.Token));
        Assert.Equal(Path.GetDirectoryName(process.TaskFile), task.Directory);
        // Newest first, and none of them the attempt's own.
        Assert.Equal(["attempt-2", "attempt-1"], task.Earlier.Select(Path.GetFileName));
    }

    [Fact]
    public async Task Reports_go_one_at_a_time_in_order_and_again_until_confirmed()
    {
        await StartSlot();
        var process = await Begin();
        process.Say(new ProcessMessage.EpochFinished(Epoch(1)));
        process.Say(new ProcessMessage.CheckpointWritten(Checkpoint(1, final: true)));
        Assert.Equal(1, (await _coordinator.ExpectMsgAsync<EpochDone>(cancellationToken: Cancel)).Sequence);
        Scheduler.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(1, (await _coordinator.ExpectMsgAsync<EpochDone>(cancellationToken: Cancel)).Sequence);
        Confirm(1);
        Assert.Equal(2, (await _coordinator.ExpectMsgAsync<CheckpointDone>(cancellationToken: Cancel)).Sequence);
        process.ExitWith(TrialExitCode.Done);
        Confirm(2);
        var ended = await _coordinator.ExpectMsgAsync<WorkEnded>(cancellationToken: Cancel);
        Assert.Equal((3, AttemptCause.Done), (ended.Sequence, ended.End.Cause));
        Confirm(3);
        await _coordinator.ExpectMsgAsync<RequestWork>(cancellationToken: Cancel);
    }

    [Fact]
    public async Task A_failure_is_reported_with_its_cause_layer_and_step()
    {
        await StartSlot();
        var process = await Begin();
        process.Say(new ProcessMessage.Failed(AttemptCause.Divergence, "loss is not finite", "level0.step1.coupling", 12));
        process.ExitWith(TrialExitCode.Divergence);
        var ended = await _coordinator.ExpectMsgAsync<WorkEnded>(cancellationToken: Cancel);
        Assert.Equal(new AttemptEnd(AttemptCause.Divergence, "loss is not finite", "level0.step1.coupling", 12), ended.End);
    }

    [Fact]
    public async Task A_killed_process_has_crashed_and_the_signal_is_named()
    {
        await StartSlot();
        (await Begin()).ExitWith(137);
        var ended = await _coordinator.ExpectMsgAsync<WorkEnded>(cancellationToken: Cancel);
        Assert.Equal((AttemptCause.Crash, "killed by signal 9"), (ended.End.Cause, ended.End.Message));
    }

    [Fact]
    public async Task A_refused_lease_ends_the_process_at_once_and_nothing_more_is_reported()
    {
        await StartSlot();
        var process = await Begin();
        _coordinator.Reply(new LeaseRefused(7, "given up"));
        await _processes.ExpectMsgAsync<FakeProcess.Killed>(cancellationToken: Cancel);
        process.Say(new ProcessMessage.EpochFinished(Epoch(1)));
        process.ExitWith(137);
        await _coordinator.ExpectMsgAsync<RequestWork>(cancellationToken: Cancel);
    }

    [Fact]
    public async Task A_slot_that_hears_nothing_for_a_lease_lets_its_process_checkpoint_and_leave()
    {
        await StartSlot();
        var process = await Begin();
        Scheduler.Advance(Lease / 3);
        await _coordinator.ExpectMsgAsync<RenewLease>(cancellationToken: Cancel);
        _coordinator.Reply(new LeaseRenewed(7));
        // What the process says next is passed on only after the renewal was taken in.
        process.Say(new ProcessMessage.EpochFinished(Epoch(1)));
        await _coordinator.ExpectMsgAsync<EpochDone>(cancellationToken: Cancel);
        Scheduler.Advance(Lease - TimeSpan.FromSeconds(1));
        await _coordinator.FishForMessageAsync(message => message is RenewLease, cancellationToken: Cancel);
        await _processes.ExpectNoMsgAsync(TimeSpan.Zero, Cancel);
        Scheduler.Advance(TimeSpan.FromSeconds(1));
        await _processes.ExpectMsgAsync<FakeProcess.Terminated>(cancellationToken: Cancel);
        process.ExitWith(TrialExitCode.Interrupted);
        await _coordinator.FishForMessageAsync(message => message is RequestWork, cancellationToken: Cancel);
    }

    [Fact]
    public async Task A_drained_slot_hands_back_what_it_holds_before_it_says_so()
    {
        var slot = await StartSlot();
        var process = await Begin();
        slot.Tell(SlotProtocol.Drain.Instance, TestActor);
        await _processes.ExpectMsgAsync<FakeProcess.Terminated>(cancellationToken: Cancel);
        process.ExitWith(TrialExitCode.Interrupted);
        Assert.Equal(AttemptCause.Interrupted, (await _coordinator.ExpectMsgAsync<WorkEnded>(cancellationToken: Cancel)).End.Cause);
        await ExpectNoMsgAsync(TimeSpan.Zero, Cancel);
        Confirm(1);
        await ExpectMsgAsync<SlotProtocol.Drained>(cancellationToken: Cancel);
    }

    [Fact]
    public async Task A_process_that_does_not_leave_when_drained_is_killed()
    {
        var slot = await StartSlot();
        await Begin();
        slot.Tell(SlotProtocol.Drain.Instance, TestActor);
        await _processes.ExpectMsgAsync<FakeProcess.Terminated>(cancellationToken: Cancel);
        Scheduler.Advance(TimeSpan.FromSeconds(14));
        await _coordinator.FishForMessageAsync(message => message is RenewLease, cancellationToken: Cancel);
        _coordinator.Reply(new LeaseRenewed(7));
        await AwaitAssertAsync(async () =>
        {
            Scheduler.Advance(TimeSpan.FromSeconds(11));
            await _processes.ExpectMsgAsync<FakeProcess.Killed>(TimeSpan.FromMilliseconds(100), cancellationToken: Cancel);
        }, cancellationToken: Cancel);
    }

    [Fact]
    public async Task A_second_grant_is_handed_back()
    {
        await StartSlot();
        await Begin();
        _coordinator.Reply(Work(attempt: 1, token: 8));
        var back = await _coordinator.ExpectMsgAsync<WorkEnded>(cancellationToken: Cancel);
        Assert.Equal((8, AttemptCause.Interrupted), (back.Token, back.End.Cause));
    }

    async Task<IActorRef> StartSlot()
    {
        (_coordinator, _processes) = (CreateTestProbe(), CreateTestProbe());
        var slot = Sys.ActorOf(SlotActor.Props(new SlotOptions(Node, 1, WorkKind.Training, new DataFolder(_folder.FullName), _coordinator, new FakeLauncher(_processes), Metrics)));
        Assert.Equal(new RequestWork(Node, 1, WorkKind.Training), await _coordinator.ExpectMsgAsync<RequestWork>(cancellationToken: Cancel));
        return slot;
    }

    async Task<FakeProcess> Begin(int attempt = 1)
    {
        _coordinator.Reply(Work(attempt, token: 7));
        return await _processes.ExpectMsgAsync<FakeProcess>(cancellationToken: Cancel);
    }

    void Confirm(long sequence) => _coordinator.Reply(new ReportAccepted(7, sequence));

    static WorkGranted Work(int attempt, long token)
    {
        var spec = Spec(1);
        return new WorkGranted("test", new Lease(1, WorkKind.Training, attempt, token, Node, 1, DateTimeOffset.UnixEpoch),
            TrialFactory.Create(spec, 1, GridSearch.Enumerate(spec).First()), spec.Retention, spec.Evaluation, 0, null, Lease);
    }
}
