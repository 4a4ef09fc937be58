using System.Text.Json;
using Akka.Actor;
using Akka.TestKit;
using Orchestrator.Cluster.Devices;
using Orchestrator.Cluster.Processes;
using Orchestrator.Cluster.Protocol;
using Orchestrator.Cluster.Tests.Metrics;
using Orchestrator.Cluster.Workers;
using Orchestrator.Sweeps;
using Orchestrator.Sweeps.Domain;
using Orchestrator.Sweeps.Search;
using Orchestrator.Sweeps.Tasks;
using static Orchestrator.Cluster.Protocol.WorkProtocol;

namespace Orchestrator.Cluster.Tests.Workers;

public sealed class SlotActorSpecs(ITestOutputHelper output) : ActorSpecs(output), IDisposable
{
    readonly TemporaryFolder _folder = new();
    TestProbe _coordinator = null!,
        _processes = null!;
    RequestWork _asked = null!;

    void IDisposable.Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_slot_asks_until_it_is_given_work_and_tells_the_process_all_it_needs()
    {
        await StartSlot();
        Scheduler.Advance(TimeSpan.FromMilliseconds(500));
        await _coordinator.ExpectMsgAsync<RequestWork>(cancellationToken: Cancel);
        var process = await Begin(attempt: 3);
        var task = JsonSerializer.Deserialize<TrainingTask>(
            await File.ReadAllTextAsync(process.TaskFile, Cancel),
            OrchestratorJson.Compact
        )!;
        Assert.Equal(("test", "0001", 3, 7L), (task.Sweep, task.Trial, task.Attempt, task.Token));
        Assert.Equal(Path.GetDirectoryName(process.TaskFile), task.Directory);
        // Newest first, and none of them the attempt's own.
        Assert.Equal(["attempt-2", "attempt-1"], task.Earlier.Select(Path.GetFileName));
    }

    [Fact]
    public async Task The_process_is_told_where_checkpoints_are_kept()
    {
        await StartSlot(storage: "s3://flows");
        var process = await Begin();
        Assert.Equal(
            "s3://flows",
            JsonSerializer
                .Deserialize<TrainingTask>(await File.ReadAllTextAsync(process.TaskFile, Cancel), OrchestratorJson.Compact)!
                .Storage
        );
    }

    [Theory]
    [InlineData(WorkKind.Training, "0a1b")]
    [InlineData(WorkKind.Evaluation, "0a1b")]
    [InlineData(WorkKind.Training, null)]
    public async Task The_process_is_told_which_data_set_the_sweep_is_about(WorkKind kind, string? told)
    {
        await StartSlot(kind);
        _coordinator.Reply(
            Work(attempt: 1, token: 7) with
            {
                Lease = Work(1, 7).Lease with { Kind = kind },
                Checkpoint = "/checkpoints/1",
                DatasetSha256 = told,
            }
        );
        var task = await File.ReadAllTextAsync((await _processes.ExpectMsgAsync<FakeProcess>(cancellationToken: Cancel)).TaskFile, Cancel);
        Assert.Equal(told, JsonDocument.Parse(task).RootElement.GetProperty("dataset_sha256").GetString());
    }

    [Fact]
    public async Task What_a_process_has_loaded_is_reported_and_a_refusal_ends_it()
    {
        await StartSlot();
        (await Begin()).Say(new ProcessMessage.ReportDataset("0a1b"));
        Assert.Equal(
            new WorkProtocol.ReportDataset("test", 7, 1, "0a1b"),
            await _coordinator.ExpectMsgAsync<WorkProtocol.ReportDataset>(cancellationToken: Cancel)
        );
        _coordinator.Reply(new LeaseRefused(7, "another data set"));
        await _processes.ExpectMsgAsync<FakeProcess.Killed>(cancellationToken: Cancel);
    }

    [Fact]
    public async Task What_the_first_steps_took_is_reported()
    {
        await StartSlot();
        (await Begin()).Say(new ProcessMessage.ReportMemory(new PeakMemory(PeakMemory.Cpu, 1 << 30)));
        Assert.Equal(
            new WorkProtocol.ReportMemory("test", 7, 1, new PeakMemory(PeakMemory.Cpu, 1 << 30)),
            await _coordinator.ExpectMsgAsync<WorkProtocol.ReportMemory>(cancellationToken: Cancel)
        );
    }

    [Fact]
    public async Task Reports_go_in_order_those_that_wait_together_and_again_until_confirmed()
    {
        await StartSlot();
        var process = await Begin();
        process.Say(new ProcessMessage.ReportEpoch(Epoch(1)));
        Assert.Equal(1, (await _coordinator.ExpectMsgAsync<WorkProtocol.ReportEpoch>(cancellationToken: Cancel)).Sequence);
        Scheduler.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(1, (await _coordinator.ExpectMsgAsync<WorkProtocol.ReportEpoch>(cancellationToken: Cancel)).Sequence);
        process.Say(new ProcessMessage.ReportCheckpoint(Checkpoint(1, final: false)));
        process.Say(new ProcessMessage.ReportEpoch(Epoch(2)));
        Confirm(1);
        WorkProtocol.WorkReport[] both =
        [
            new WorkProtocol.ReportCheckpoint("test", 7, 2, Checkpoint(1, final: false)),
            new WorkProtocol.ReportEpoch("test", 7, 3, Epoch(2)),
        ];
        Assert.Equal(both, (await _coordinator.ExpectMsgAsync<Reports>(cancellationToken: Cancel)).InOrder());
        // A confirmation that arrives twice confirms nothing else, and what is on its way is not sent again before its time.
        process.Say(new ProcessMessage.ReportCheckpoint(Checkpoint(2, final: true)));
        process.ExitWith(TrialExitCode.Done);
        Confirm(1);
        Scheduler.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal([2, 3, 4, 5], await Sequences());
        // Of what was sent before, and took long: the rest is on its way.
        Confirm(3);
        Scheduler.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal([4, 5], await Sequences());
        Confirm(5);
        await _coordinator.ExpectMsgAsync<RequestWork>(cancellationToken: Cancel);

        async Task<IEnumerable<long>> Sequences() =>
            (await _coordinator.FishForMessageAsync<Reports>(_ => true, cancellationToken: Cancel))
                .InOrder()
                .Select(report => report.Sequence);
    }

    /// <summary>Each alone would be taken, and both together by nobody.</summary>
    [Fact]
    public async Task No_more_goes_in_one_message_than_is_taken_in_one()
    {
        await StartSlot();
        var process = await Begin();
        process.Say(new ProcessMessage.ReportEpoch(Epoch(1)));
        await _coordinator.ExpectMsgAsync<WorkProtocol.ReportEpoch>(cancellationToken: Cancel);
        foreach (var epoch in new[] { 1, 2 })
            process.Say(new ProcessMessage.ReportCheckpoint(Checkpoint(epoch, final: false) with { Path = new string('x', 600_000) }));
        Confirm(1);
        Assert.Equal(2, (await _coordinator.ExpectMsgAsync<WorkProtocol.ReportCheckpoint>(cancellationToken: Cancel)).Sequence);
        Confirm(2);
        Assert.Equal(3, (await _coordinator.ExpectMsgAsync<WorkProtocol.ReportCheckpoint>(cancellationToken: Cancel)).Sequence);
    }

    [Fact]
    public async Task A_failure_is_reported_with_its_cause_layer_and_step()
    {
        await StartSlot();
        var process = await Begin();
        process.Say(new ProcessMessage.Failed(AttemptCause.Divergence, "loss is not finite", "level0.step1.coupling", 12));
        process.ExitWith(TrialExitCode.Divergence);
        var ended = await _coordinator.ExpectMsgAsync<WorkProtocol.EndLease>(cancellationToken: Cancel);
        Assert.Equal(new AttemptEnd(AttemptCause.Divergence, "loss is not finite", "level0.step1.coupling", 12), ended.End);
    }

    [Fact]
    public async Task A_killed_process_has_crashed_and_the_signal_is_named()
    {
        await StartSlot();
        (await Begin()).ExitWith(137);
        var ended = await _coordinator.ExpectMsgAsync<WorkProtocol.EndLease>(cancellationToken: Cancel);
        Assert.Equal((AttemptCause.Crash, "killed by signal 9"), (ended.End.Cause, ended.End.Message));
    }

    /// <summary>It would be sent again each second, and the slot and its trial be held for good.</summary>
    [Fact]
    public async Task A_report_that_no_coordinator_takes_ends_the_attempt_as_a_crash()
    {
        await StartSlot();
        var process = await Begin();
        process.Say(new ProcessMessage.ReportCheckpoint(Checkpoint(1, final: false) with { Path = new string('x', 1_500_000) }));
        await _processes.ExpectMsgAsync<FakeProcess.Killed>(cancellationToken: Cancel);
        process.ExitWith(137);
        var ended = await _coordinator.ExpectMsgAsync<WorkProtocol.EndLease>(cancellationToken: Cancel);
        Assert.Equal((1, AttemptCause.Crash), (ended.Sequence, ended.End.Cause));
        Assert.Contains("no coordinator takes", ended.End.Message, StringComparison.Ordinal);
        Confirm(1);
        await _coordinator.ExpectMsgAsync<RequestWork>(cancellationToken: Cancel);
    }

    [Fact]
    public async Task Scores_that_no_coordinator_takes_end_the_evaluation_as_a_crash()
    {
        await StartSlot();
        var process = await Begin();
        process.Say(new ProcessMessage.Scored(MeasuredSweep.Scores() with { Sheets = [.. Enumerable.Repeat("sheet.png", 200_000)] }));
        process.ExitWith(TrialExitCode.Done);
        var ended = await _coordinator.ExpectMsgAsync<WorkProtocol.EndLease>(cancellationToken: Cancel);
        Assert.Equal((AttemptCause.Crash, null), (ended.End.Cause, ended.Scores));
    }

    [Fact]
    public async Task A_refused_lease_ends_the_process_at_once_and_nothing_more_is_reported()
    {
        await StartSlot();
        var process = await Begin();
        _coordinator.Reply(new LeaseRefused(7, "given up"));
        await _processes.ExpectMsgAsync<FakeProcess.Killed>(cancellationToken: Cancel);
        process.Say(new ProcessMessage.ReportEpoch(Epoch(1)));
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
        process.Say(new ProcessMessage.ReportEpoch(Epoch(1)));
        await _coordinator.ExpectMsgAsync<WorkProtocol.ReportEpoch>(cancellationToken: Cancel);
        Scheduler.Advance(Lease - TimeSpan.FromSeconds(1));
        await ExpectListening(process);
        Scheduler.Advance(TimeSpan.FromSeconds(1));
        await _processes.ExpectMsgAsync<FakeProcess.Terminated>(cancellationToken: Cancel);
        process.ExitWith(TrialExitCode.Interrupted);
        await _coordinator.FishForMessageAsync(message => message is RequestWork, cancellationToken: Cancel);
    }

    [Fact]
    public async Task A_slot_that_is_never_answered_leaves_when_its_first_lease_runs_out()
    {
        var slot = await StartSlot();
        var process = await Begin();
        Scheduler.Advance(Lease);
        await _processes.ExpectMsgAsync<FakeProcess.Terminated>(cancellationToken: Cancel);
        // The process that does not follow is killed, and a drain that comes meanwhile is not forgotten.
        slot.Tell(SlotProtocol.Drain.Instance, TestActor);
        await AwaitAssertAsync(
            async () =>
            {
                Scheduler.Advance(TimeSpan.FromSeconds(25));
                await _processes.ExpectMsgAsync<FakeProcess.Killed>(TimeSpan.FromMilliseconds(100), cancellationToken: Cancel);
            },
            cancellationToken: Cancel
        );
        process.ExitWith(137);
        await ExpectMsgAsync<SlotProtocol.Drained>(cancellationToken: Cancel);
    }

    [Fact]
    public async Task A_slot_that_is_drained_while_its_last_report_is_unconfirmed_waits_for_the_confirmation()
    {
        var slot = await StartSlot();
        (await Begin()).ExitWith(137);
        await _coordinator.ExpectMsgAsync<WorkProtocol.EndLease>(cancellationToken: Cancel);
        slot.Tell(SlotProtocol.Drain.Instance, TestActor);
        Confirm(1);
        await ExpectMsgAsync<SlotProtocol.Drained>(cancellationToken: Cancel);
    }

    [Fact]
    public async Task Progress_is_published()
    {
        await StartSlot();
        var process = await Begin();
        Sys.EventStream.Subscribe(TestActor, typeof(SlotProtocol.SlotChanged));
        process.Say(new ProcessMessage.Progress(1, 10, 20, 2.75, 1200));
        await FishForMessageAsync(message => message is SlotProtocol.SlotChanged { Progress.Step: 10 }, cancellationToken: Cancel);
    }

    [Fact]
    public async Task A_confirmed_report_keeps_the_lease_as_a_renewal_does()
    {
        await StartSlot();
        var process = await Begin();
        process.Say(new ProcessMessage.ReportEpoch(Epoch(1)));
        await _coordinator.ExpectMsgAsync<WorkProtocol.ReportEpoch>(cancellationToken: Cancel);
        Scheduler.Advance(Lease - TimeSpan.FromSeconds(1));
        Confirm(1);
        process.Say(new ProcessMessage.ReportCheckpoint(Checkpoint(1, final: false)));
        await _coordinator.FishForMessageAsync(message => message is WorkProtocol.ReportCheckpoint, cancellationToken: Cancel);
        Scheduler.Advance(Lease - TimeSpan.FromSeconds(1));
        await ExpectListening(process);
    }

    [Fact]
    public async Task The_exit_code_decides_the_cause_and_the_last_errors_explain_a_crash()
    {
        await StartSlot();
        var process = await Begin();
        process.Say(new ProcessMessage.Failed(AttemptCause.OutOfMemory, "out of memory"));
        process.Exit(new ProcessExit(134, "terminate called"));
        Assert.Equal(
            new AttemptEnd(AttemptCause.Crash, "killed by signal 6: terminate called"),
            (await _coordinator.ExpectMsgAsync<WorkProtocol.EndLease>(cancellationToken: Cancel)).End
        );
    }

    [Fact]
    public async Task Where_a_process_crashed_is_in_the_log_and_what_it_said_in_the_journal()
    {
        await StartSlot();
        var process = await Begin();
        process.Say(new ProcessMessage.Failed(AttemptCause.Crash, "index out of range"));
        await EventFilter
            .Warning(contains: "at Flow.Forward")
            .ExpectOneAsync(
                () =>
                {
                    process.Exit(new ProcessExit(TrialExitCode.Of(AttemptCause.Crash), "   at Flow.Forward()"));
                    return Task.CompletedTask;
                },
                Cancel
            );
        Assert.Equal(
            new AttemptEnd(AttemptCause.Crash, "index out of range"),
            (await _coordinator.ExpectMsgAsync<WorkProtocol.EndLease>(cancellationToken: Cancel)).End
        );
    }

    [Fact]
    public async Task A_task_that_cannot_be_written_is_the_fault_of_no_trial()
    {
        await StartSlot();
        await File.WriteAllTextAsync(_folder.At("sweeps"), "a file where a folder should be", Cancel);
        _coordinator.Reply(Work(attempt: 1, token: 7));
        var end = (await _coordinator.ExpectMsgAsync<WorkProtocol.EndLease>(cancellationToken: Cancel)).End;
        Assert.Equal(AttemptCause.Storage, end.Cause);
        Assert.Contains("could not be started", end.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_process_that_never_lived_is_the_fault_of_no_trial_and_is_told_once_however_often_it_is_tried()
    {
        Sys.EventStream.Subscribe(TestActor, typeof(SlotProtocol.Notice));
        Sys.EventStream.Subscribe(TestActor, typeof(SlotProtocol.NotBegun));
        await StartSlot();
        var began = await Begin();
        for (var times = 1; times <= 3; times++)
        {
            began.Exit(new ProcessExit(150, "You must install or update .NET\nmore") { NeverLived = true });
            var end = (await _coordinator.FishForMessageAsync<WorkProtocol.EndLease>(_ => true, cancellationToken: Cancel)).End;
            Assert.Equal(AttemptCause.Interrupted, end.Cause);
            Assert.EndsWith("exit code 150: You must install or update .NET", end.Message, StringComparison.Ordinal);
            if (times == 1)
                Assert.Contains(
                    "You must install",
                    (await ExpectMsgAsync<SlotProtocol.Notice>(cancellationToken: Cancel)).Message,
                    StringComparison.Ordinal
                );
            Assert.Equal(times, (await ExpectMsgAsync<SlotProtocol.NotBegun>(cancellationToken: Cancel)).Times);
            Confirm(1);
            // Not at once: a program that is not whole would fill the journal.
            await AwaitAssertAsync(
                async () =>
                {
                    Scheduler.Advance(TimeSpan.FromSeconds(1));
                    await _coordinator.ExpectMsgAsync<RequestWork>(TimeSpan.FromMilliseconds(100), cancellationToken: Cancel);
                },
                cancellationToken: Cancel
            );
            began = await Begin();
        }
    }

    [Fact]
    public async Task A_slot_that_stops_takes_its_process_with_it()
    {
        var slot = await StartSlot();
        await Begin();
        Sys.Stop(slot);
        await _processes.ExpectMsgAsync<FakeProcess.Killed>(cancellationToken: Cancel);
    }

    [Fact]
    public async Task An_idle_slot_is_drained_at_once_and_says_so_again_when_asked_again()
    {
        var slot = await StartSlot();
        foreach (var _ in Enumerable.Range(0, 2))
        {
            slot.Tell(SlotProtocol.Drain.Instance, TestActor);
            Assert.Equal(1, (await ExpectMsgAsync<SlotProtocol.Drained>(cancellationToken: Cancel)).Slot);
        }
    }

    [Fact]
    public async Task An_evaluation_is_told_its_task_and_ends_with_its_scores()
    {
        await StartSlot(WorkKind.Evaluation);
        var training = Work(attempt: 2, token: 7);
        _coordinator.Reply(training with { Lease = training.Lease with { Kind = WorkKind.Evaluation }, Checkpoint = "/checkpoints/3" });
        var process = await _processes.ExpectMsgAsync<FakeProcess>(cancellationToken: Cancel);
        var task = JsonSerializer.Deserialize<EvaluationTask>(
            await File.ReadAllTextAsync(process.TaskFile, Cancel),
            OrchestratorJson.Compact
        )!;
        Assert.Equal(("0001", 7L, "/checkpoints/3"), (task.Trial, task.Token, task.Checkpoint));
        var scores = MeasuredSweep.Scores(2.5);
        process.Say(new ProcessMessage.Scored(scores));
        process.ExitWith(TrialExitCode.Done);
        Assert.Equal(scores.Test, (await _coordinator.ExpectMsgAsync<WorkProtocol.EndLease>(cancellationToken: Cancel)).Scores?.Test);
    }

    [Fact]
    public async Task A_drained_slot_hands_back_what_it_holds_before_it_says_so()
    {
        var slot = await StartSlot();
        var process = await Begin();
        slot.Tell(SlotProtocol.Drain.Instance, TestActor);
        await _processes.ExpectMsgAsync<FakeProcess.Terminated>(cancellationToken: Cancel);
        process.ExitWith(TrialExitCode.Interrupted);
        Assert.Equal(
            new AttemptEnd(AttemptCause.Interrupted),
            (await _coordinator.ExpectMsgAsync<WorkProtocol.EndLease>(cancellationToken: Cancel)).End
        );
        await ExpectNoMsgAsync(TimeSpan.Zero, Cancel);
        Confirm(1);
        await ExpectMsgAsync<SlotProtocol.Drained>(cancellationToken: Cancel);
    }

    [Fact]
    public async Task Where_nobody_hears_a_drained_slot_lets_its_process_checkpoint_and_waits_for_no_answer()
    {
        var slot = await StartSlot();
        var process = await Begin();
        slot.Tell(SlotProtocol.Drain.Unheard, TestActor);
        await _processes.ExpectMsgAsync<FakeProcess.Terminated>(cancellationToken: Cancel);
        await ExpectNoMsgAsync(TimeSpan.Zero, Cancel);
        process.ExitWith(TrialExitCode.Interrupted);
        await ExpectMsgAsync<SlotProtocol.Drained>(cancellationToken: Cancel);
    }

    [Fact]
    public async Task Where_nobody_hears_a_drained_slot_does_not_wait_for_its_last_confirmation()
    {
        var slot = await StartSlot();
        (await Begin()).ExitWith(137);
        await _coordinator.ExpectMsgAsync<WorkProtocol.EndLease>(cancellationToken: Cancel);
        slot.Tell(SlotProtocol.Drain.Unheard, TestActor);
        await ExpectMsgAsync<SlotProtocol.Drained>(cancellationToken: Cancel);
    }

    [Fact]
    public async Task A_process_that_does_not_leave_when_drained_is_killed()
    {
        var slot = await StartSlot();
        var process = await Begin();
        slot.Tell(SlotProtocol.Drain.Instance, TestActor);
        await _processes.ExpectMsgAsync<FakeProcess.Terminated>(cancellationToken: Cancel);
        await ExpectListening(process);
        Scheduler.Advance(TimeSpan.FromSeconds(14));
        await _coordinator.FishForMessageAsync(message => message is RenewLease, cancellationToken: Cancel);
        _coordinator.Reply(new LeaseRenewed(7));
        await ExpectListening(process);
        // The lease still holds: it is the time to leave that is over.
        Scheduler.Advance(TimeSpan.FromSeconds(11));
        await _processes.ExpectMsgAsync<FakeProcess.Killed>(cancellationToken: Cancel);
    }

    [Fact]
    public async Task A_recalled_lease_lets_the_process_checkpoint_reports_its_end_and_asks_for_other_work()
    {
        await StartSlot();
        var process = await Begin();
        _coordinator.Reply(new LeaseRecalled(8));
        await ExpectListening(process);
        await _processes.ExpectNoMsgAsync(TimeSpan.Zero, Cancel);
        _coordinator.Reply(new LeaseRecalled(7));
        await _processes.ExpectMsgAsync<FakeProcess.Terminated>(cancellationToken: Cancel);
        // Said with every confirmation, done once.
        _coordinator.Reply(new LeaseRecalled(7));
        process.Say(new ProcessMessage.ReportCheckpoint(Checkpoint(1, final: false)));
        await _coordinator.ExpectMsgAsync<WorkProtocol.ReportCheckpoint>(cancellationToken: Cancel);
        await _processes.ExpectNoMsgAsync(TimeSpan.Zero, Cancel);
        process.ExitWith(TrialExitCode.Interrupted);
        Confirm(1);
        Assert.Equal(
            AttemptCause.Interrupted,
            (await _coordinator.ExpectMsgAsync<WorkProtocol.EndLease>(cancellationToken: Cancel)).End.Cause
        );
        Confirm(2);
        await _coordinator.ExpectMsgAsync<RequestWork>(cancellationToken: Cancel);
    }

    [Theory]
    [InlineData(143)]
    [InlineData(137)]
    public async Task A_process_that_our_request_to_leave_ended_has_not_crashed(int code)
    {
        await StartSlot();
        var process = await Begin();
        _coordinator.Reply(new LeaseRecalled(7));
        await _processes.ExpectMsgAsync<FakeProcess.Terminated>(cancellationToken: Cancel);
        process.ExitWith(code);
        Assert.Equal(
            AttemptCause.Interrupted,
            (await _coordinator.ExpectMsgAsync<WorkProtocol.EndLease>(cancellationToken: Cancel)).End.Cause
        );
    }

    [Fact]
    public async Task A_process_that_crashes_while_it_leaves_has_crashed()
    {
        await StartSlot();
        var process = await Begin();
        _coordinator.Reply(new LeaseRecalled(7));
        await _processes.ExpectMsgAsync<FakeProcess.Terminated>(cancellationToken: Cancel);
        process.ExitWith(134);
        Assert.Equal(AttemptCause.Crash, (await _coordinator.ExpectMsgAsync<WorkProtocol.EndLease>(cancellationToken: Cancel)).End.Cause);
    }

    [Fact]
    public async Task A_second_grant_is_handed_back()
    {
        await StartSlot();
        await Begin();
        // The one it has, heard again, is no second one.
        _coordinator.Reply(Work(attempt: 1, token: 7));
        _coordinator.Reply(Work(attempt: 1, token: 8));
        var back = await _coordinator.ExpectMsgAsync<WorkProtocol.EndLease>(cancellationToken: Cancel);
        Assert.Equal((8, AttemptCause.Interrupted), (back.Token, back.End.Cause));
    }

    [Fact]
    public async Task Slots_of_one_GPU_ask_in_turn_and_only_with_what_is_free()
    {
        var gpu = Gpu();
        await StartSlot(device: gpu);
        Assert.Equal(gpu.Whole, _asked.Free);
        await Begin();
        await StartSlot(slot: 2, device: gpu);
        Assert.Equal((0, gpu.Whole), (_asked.Free.Share, _asked.Whole));
    }

    [Fact]
    public async Task A_process_sees_the_GPU_of_its_slot_which_is_free_again_when_it_has_ended()
    {
        var gpu = Gpu();
        await StartSlot(device: gpu);
        var process = await Begin();
        Assert.Equal("GPU-1", process.Device.Cuda!.Uuid);
        Assert.False(gpu.TryTake(9, 0.1, null));
        process.ExitWith(TrialExitCode.Done);
        await _coordinator.ExpectMsgAsync<WorkProtocol.EndLease>(cancellationToken: Cancel);
        Confirm(1);
        Assert.Equal(gpu.Whole, (await _coordinator.ExpectMsgAsync<RequestWork>(cancellationToken: Cancel)).Free);
    }

    [Fact]
    public async Task A_grant_that_comes_when_its_GPU_is_taken_is_handed_back_and_asked_for_again()
    {
        var gpu = Gpu();
        await StartSlot(device: gpu);
        Assert.True(gpu.TryTake(9, 0.5, null));
        _coordinator.Reply(Work(attempt: 1, token: 7));
        var back = await _coordinator.FishForMessageAsync<WorkProtocol.EndLease>(_ => true, cancellationToken: Cancel);
        Assert.Equal((7, AttemptCause.Interrupted), (back.Token, back.End.Cause));
        gpu.GiveBack(9);
        // At once: time does not go on here.
        await _coordinator.FishForMessageAsync<RequestWork>(asked => asked.Free == gpu.Whole, cancellationToken: Cancel);
    }

    [Fact]
    public async Task A_slot_that_is_drained_lets_its_GPU_go()
    {
        var gpu = Gpu();
        var slot = await StartSlot(device: gpu);
        slot.Tell(SlotProtocol.Drain.Instance, TestActor);
        await ExpectMsgAsync<SlotProtocol.Drained>(cancellationToken: Cancel);
        Assert.Equal(gpu.Whole, gpu.ForTraining(2, () => { }));
    }

    [Fact]
    public async Task An_evaluation_takes_a_share_unless_it_is_of_what_trains_on_CPU()
    {
        var gpu = Gpu();
        await StartSlot(WorkKind.Evaluation, device: gpu);
        var work = Work(attempt: 1, token: 7);
        work = work with { Lease = work.Lease with { Kind = WorkKind.Evaluation }, Checkpoint = "/checkpoints/1" };
        _coordinator.Reply(work with { Resources = work.Resources with { Device = "cpu" } });
        var process = await _processes.ExpectMsgAsync<FakeProcess>(cancellationToken: Cancel);
        Assert.Null(process.Device.Cuda);
        Assert.True(gpu.TryTake(9, 1, null));
        gpu.Leave(9);
        process.ExitWith(TrialExitCode.Crash);
        await _coordinator.ExpectMsgAsync<WorkProtocol.EndLease>(cancellationToken: Cancel);
        Confirm(1);
        Assert.Equal(1, (await _coordinator.ExpectMsgAsync<RequestWork>(cancellationToken: Cancel)).Free.Share);
        _coordinator.Reply(work);
        Assert.NotNull((await _processes.ExpectMsgAsync<FakeProcess>(cancellationToken: Cancel)).Device.Cuda);
        Assert.False(gpu.TryTake(9, 0.1, null));
    }

    static DeviceShares Gpu() => new(new SlotDevice(new CudaDevice(1, "GPU-1", "NVIDIA H100", 80L << 30)), 1);

    /// <summary>What a process says is passed on only while its slot holds the lease.</summary>
    async Task ExpectListening(FakeProcess process)
    {
        Sys.EventStream.Subscribe(TestActor, typeof(SlotProtocol.Notice));
        process.Say(new ProcessMessage.Warning("still here"));
        Assert.Equal("still here", (await ExpectMsgAsync<SlotProtocol.Notice>(cancellationToken: Cancel)).Message);
    }

    async Task<IActorRef> StartSlot(WorkKind kind = WorkKind.Training, string? storage = null, int slot = 1, DeviceShares? device = null)
    {
        (_coordinator, _processes) = (CreateTestProbe(), CreateTestProbe());
        var options = new SlotOptions(Node, slot, kind, _folder.Data, _coordinator, FakeProcess.Launcher(_processes), Metrics)
        {
            Storage = storage,
        };
        var actor = Sys.ActorOf(SlotActor.Props(device is null ? options : options with { Devices = [device] }));
        _asked = await _coordinator.ExpectMsgAsync<RequestWork>(cancellationToken: Cancel);
        Assert.Equal((Node, slot, kind), (_asked.Node, _asked.Slot, _asked.Kind));
        return actor;
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
        return new WorkGranted(
            "test",
            new Lease(1, WorkKind.Training, attempt, token, Node, 1, DateTimeOffset.UnixEpoch),
            TrialFactory.Create(spec, GridSearch.Enumerate(spec).First()),
            spec.Retention,
            spec.Evaluation,
            0,
            1,
            0,
            null,
            null,
            spec.Resources,
            null,
            Lease
        );
    }
}
