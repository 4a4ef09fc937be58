using System.Collections.Immutable;
using Orchestrator.Reports.Results;
using Orchestrator.Reports.Views;
using Orchestrator.Sweeps.Domain;
using Orchestrator.Sweeps.Progress;
using Orchestrator.Sweeps.Specs;
using Orchestrator.Sweeps.Tasks;

namespace Orchestrator.Reports.Tests.Views;

/// <summary>A sweep while it runs. Its trials have ten epochs, and each takes two seconds.</summary>
public sealed class ViewSpecs
{
    static readonly DateTimeOffset Later = new(2026, 3, 1, 10, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Time_left_epochs_and_evaluations_to_come_are_those_of_the_sweeps_progress()
    {
        var story = new SweepStateBuilder(
            trials:
            [
                [],
                [],
                [],
                [],
            ]
        ).Succeeds(1, 2.5).Succeeds(2, 2.4).Begins(3).Learns(3, 4, 3);
        var progress = SweepProgress.From(story.State, Later);
        var overview = SweepOverview.From(story.State, Later);
        Assert.Equal((progress.EpochsDone, progress.EpochsPlanned), (overview.EpochsDone, overview.EpochsTotal));
        Assert.Equal(2, overview.EvaluationsToCome);
        Assert.Equal(
            (progress.TimeLeft.Total!.Value.TotalSeconds, progress.TimeLeft.Training!.Value.TotalSeconds),
            (overview.EtaSeconds, overview.TrainingEtaSeconds)
        );
        Assert.Equal(progress.TimeLeft.Range?.From.TotalSeconds, overview.EtaLowSeconds);
        Assert.Equal(progress.TimeLeft.Range?.To.TotalSeconds, overview.EtaHighSeconds);
    }

    [Fact]
    public void A_sweep_that_is_over_has_done_all_its_epochs_but_those_of_trials_that_never_will()
    {
        var submitted = new SweepStateBuilder(
            trials:
            [
                [],
                [],
                [],
            ]
        );
        var story = submitted
            .Begins(1)
            .Learns(1, 4, 3)
            .Fails(1, new(AttemptCause.Divergence), 4)
            .Stops(2)
            .Begins(3)
            .Learns(3, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1)
            .Completes(3, 20)
            .IsScored(3, SweepStateBuilder.Scores(2.5))
            .IsOver(SweepStatus.Completed);
        var overview = SweepOverview.From(story.State, Later);
        Assert.Equal((12, 12, 0, null), (overview.EpochsDone, overview.EpochsTotal, overview.EvaluationsToCome, overview.EtaSeconds));
        Assert.Equal(new TrialCounts(0, 0, 1, 1, 1, 0, 0), overview.Counts);
    }

    [Fact]
    public void The_best_trial_is_the_one_that_the_results_rank_first()
    {
        Assert.Null(
            SweepOverview
                .From(
                    new SweepStateBuilder(
                        trials:
                        [
                            [],
                        ]
                    ).State,
                    Later
                )
                .Best
        );
        var validated = new SweepStateBuilder(
            trials:
            [
                [],
                [],
                [],
            ]
        ).Begins(1).Learns(1, 3).Begins(2).Learns(2, 2).Begins(3).Learns(3, 1).Fails(3, new(AttemptCause.Crash), 1);
        Assert.Equal(new BestTrial("0002", 2, null, null), SweepOverview.From(validated.State, Later).Best);
        var scored = new SweepStateBuilder(
            trials:
            [
                [],
                [],
                [],
            ]
        ).Begins(1).Learns(1, 1).Succeeds(2, 2.5).Succeeds(3, 2.25);
        Assert.Equal(new BestTrial("0001", 1, null, null), SweepOverview.From(scored.State, Later).Best);
        // By test 0001 would be.
        var test = SweepStateBuilder
            .Of("name: a\ndataset: digits\nparameters: { flow.levels: [1, 2] }\n")
            .Succeeds(1, bits: 2.3, validation: 2.34)
            .Succeeds(2, bits: 2.4, validation: 2.336);
        Assert.Equal(new BestTrial("0002", 2.336, 2.4, 9.6, "levels=2"), SweepOverview.From(test.State, Later).Best);
        Assert.Equal(["flow.levels"], SweepDetail.From(test.State, Later).Parameters);
    }

    [Fact]
    public void A_row_counts_the_time_of_the_attempt_that_runs_and_forgets_how_the_one_before_ended()
    {
        var story = new SweepStateBuilder(
            trials:
            [
                [],
            ]
        ).Begins(1).Ends(1, new(AttemptCause.NodeLost, "node a is gone"), 60);
        var waiting = TrialRow.From(story.State, story.State.Trial(1), Later);
        Assert.Equal((AttemptCause.NodeLost, "node a is gone", 60), (waiting.Cause, waiting.Message, waiting.Seconds));
        var running = Assert.Single(TrialRow.Of(story.Begins(1).State, Later));
        Assert.Equal((null, null, 2, 60 + 29 * 60), (running.Cause, running.Message, running.Attempts, running.Seconds));
        // Another node's clock may be ahead.
        Assert.Equal(60, TrialRow.From(story.State, story.State.Trial(1), DateTimeOffset.UnixEpoch).Seconds);
    }

    [Fact]
    public void A_trial_tells_what_the_steps_of_its_newest_attempt_took()
    {
        var story = new SweepStateBuilder(
            trials:
            [
                [],
            ]
        ).Begins(1);
        Assert.Equal(new MemoryResult(null, null), TrialDetail.From(story.State, story.State.Trial(1), Later, []).Memory);
        story
            .Takes(1, new(PeakMemory.Cpu, 1L << 28))
            .Ends(1, new(AttemptCause.NodeLost), 1)
            .Begins(1)
            .Takes(1, new(PeakMemory.Cuda, 1L << 27));
        Assert.Equal(new MemoryResult("cuda", 1L << 27), TrialDetail.From(story.State, story.State.Trial(1), Later, []).Memory);
    }

    [Fact]
    public void Every_fact_of_the_journal_has_words()
    {
        var at = new DateTimeOffset(2026, 3, 1, 9, 30, 0, TimeSpan.Zero);
        var facts = typeof(SweepEvent).Assembly.GetTypes().Where(type => type.IsSealed && type.IsAssignableTo(typeof(SweepEvent))).ToList();
        var end = new AttemptEnd(AttemptCause.OutOfMemory, "no room", "level0", 12);
        var story = new SweepStateBuilder();
        SweepEvent[] all =
        [
            new SweepSubmitted(story.State.Spec, "") { At = at },
            new TrialAdded(1, ImmutableSortedDictionary<string, string>.Empty) { At = at },
            new LeaseGranted(1, WorkKind.Evaluation, 2, 7, "n", 3) { At = at },
            new EpochReported(1, 7, 1, new EpochReport(1, 10, 3.5, 3.25, 1e-3, 0.75, 1200, 1.5)) { At = at },
            new CheckpointReported(1, 7, 2, new CheckpointInfo("/c", "00", 1, 10, true, 1)) { At = at },
            new LeaseEnded(1, WorkKind.Training, 7, end) { At = at },
            new TrialCompleted(1) { At = at },
            new TrialFailed(1, end) { At = at },
            new TrialStopped(1) { At = at },
            new EvaluationCompleted(1, SweepStateBuilder.Scores(2.5)) { At = at },
            new EvaluationFailed(1, end) { At = at },
            new SweepStopRequested { At = at },
            new SweepPaused(Because: null) { At = at },
            new DatasetRecorded("0a1b") { At = at },
            new SweepResumed { At = at },
            new SweepReopened { At = at },
            new TrialRetried(1) { At = at },
            new EvaluationRetried(1) { At = at },
            new SweepEnded(SweepStatus.Stopped) { At = at },
            new TrialPaused(1) { At = at },
            new TrialPruned(1, 3) { At = at },
            new ConfigurationPromoted(2, 3) { At = at },
            new SearchExhausted { At = at },
            new EvaluationChosen(1) { At = at },
            new PriorRecorded([]) { At = at },
            new MemoryMeasured(1, 7, 3, new PeakMemory(PeakMemory.Cuda, 1L << 30)) { At = at },
            new WaitNoted("trials need a GPU") { At = at },
            new ShareChanged(new SweepShare(5, 2.5, 1)) { At = at },
            new TrialPreempted(1, 7, "urgent") { At = at },
            new BudgetChanged(SweepBudget.Unlimited with { GpuHours = 40 }) { At = at },
            new TrialOutOfTime(1, 7) { At = at },
            new EvaluationDropped(1) { At = at },
            new SpecChanged(null!, "", ScheduleChoice.Restart) { At = at },
            new TrialDropped(1) { At = at },
            new TrialRestored(1) { At = at },
            new TrialRestated(1, ImmutableSortedDictionary<string, string>.Empty) { At = at },
            new CheckpointsGivenUp(1, 2, null, 3 << 20) { At = at },
            new CheckpointsDeleted(1) { At = at },
            new CheckpointLent(1, "fork") { At = at },
            new CheckpointReturned(1, "fork") { At = at },
            new TagsChanged(["paper", "v2"]) { At = at },
            new SweepNoted("for the paper") { At = at },
            new TrialNoted(1, "") { At = at },
            new TrialContinued(1, new ScheduleBeyondEnd(ScheduleChoice.Restart, 10)) { At = at },
            new ForkRecorded(new("parent", 3, new("/c", "0a1b", 10, 20, true, 1))) { At = at },
            new QuotaNoted("token alice has used 40 of 40 GPU-hours") { At = at },
            new BudgetNearlyUsed("budget.cost") { At = at },
            new NoticeSettled(3, "ops", null) { At = at },
        ];
        Assert.Equal(facts.Select(type => type.Name).Order(), all.Select(fact => fact.GetType().Name).Order());
        var entries = all.Select((fact, index) => JournalEntry.From(index, fact)).ToList();
        Assert.All(entries, entry => Assert.NotEqual(entry.Type, entry.Text));
        Assert.Contains(
            new JournalEntry(5, at, "lease_ended", "0001", "attempt ended: out of memory in level0 at step 12: no room"),
            entries
        );
        Assert.Contains(new JournalEntry(2, at, "lease_granted", "0001", "evaluation 2 begins on n, slot 3"), entries);
        Assert.Contains(new JournalEntry(25, at, "memory_measured", "0001", "its first steps take 1024 MiB of the GPU's memory"), entries);
        Assert.Contains(
            new JournalEntry(27, at, "share_changed", null, "its share of the cluster: priority 5, weight 2.5, at most 1 slot"),
            entries
        );
        Assert.Contains(
            new JournalEntry(28, at, "trial_preempted", "0001", "asked to checkpoint and leave its slot to sweep urgent"),
            entries
        );
        Assert.Contains(new JournalEntry(29, at, "budget_changed", null, "its budget: gpu_hours 40"), entries);
        Assert.Contains(entries, entry => entry is { Type: "checkpoints_given_up", Text: "its checkpoints are given up: 3 MiB" });
        Assert.Contains(entries, entry => entry is { Type: "tags_changed", Text: "tags: paper, v2" });
        Assert.Contains(entries, entry => entry is { Type: "sweep_noted", Text: "note: for the paper" });
        Assert.Contains(entries, entry => entry is { Type: "trial_noted", Trial: "0001", Text: "no note any more" });
        Assert.Contains(new JournalEntry(18, at, "sweep_ended", null, "ended: stopped"), entries);
        Assert.Contains(new JournalEntry(21, at, "configuration_promoted", null, "configuration 2 is promoted from epoch 3"), entries);
    }

    [Fact]
    public void A_sweep_that_paused_itself_says_why()
    {
        var at = new DateTimeOffset(2026, 3, 1, 9, 30, 0, TimeSpan.Zero);
        var story = new SweepStateBuilder()
            .Tell(new DatasetRecorded("0a1b") { At = at })
            .Tell(new SweepPaused(new(AttemptCause.BadSpec, "flow.levels: too many")) { At = at });
        var sweep = SweepDetail.From(story.State, Later);
        Assert.Equal(
            (SweepStatus.Paused, "all trials so far have the same fault: flow.levels: too many", "0a1b"),
            (sweep.State, sweep.PausedBecause, sweep.DatasetSha256)
        );
        Assert.Equal(
            "paused by itself: no folder /data",
            JournalEntry.From(1, new SweepPaused(new(AttemptCause.Data, "no folder /data")) { At = at }).Text
        );
        Assert.Null(SweepDetail.From(story.Tell(new SweepResumed { At = at }).State, Later).PausedBecause);
    }

    [Fact]
    public void A_sweep_that_no_slot_can_hold_says_why()
    {
        var waits = new WaitNoted("trials need a GPU") { At = new DateTimeOffset(2026, 3, 1, 9, 30, 0, TimeSpan.Zero) };
        var story = new SweepStateBuilder().Tell(waits);
        Assert.Equal("trials need a GPU", SweepDetail.From(story.State, Later).WaitsBecause);
        Assert.Equal("waits: trials need a GPU", JournalEntry.From(1, waits).Text);
        Assert.Null(SweepDetail.From(story.Tell(waits with { Because = null }).State, Later).WaitsBecause);
    }
}
