using Orchestrator.Sweeps.Domain;
using Orchestrator.Sweeps.Progress;
using Orchestrator.Sweeps.Tests.Domain;
using Orchestrator.Sweeps.Tests.Scheduling;

namespace Orchestrator.Sweeps.Tests.Progress;

/// <summary>Progress of sweeps whose trials are drawn while they run, or given up early.</summary>
public sealed class ScheduledProgressSpecs
{
    const string Ranges = "parameters: { training.learning_rate: { log_uniform: [1.0e-4, 1.0e-2] }, training.batch_size: [16, 32] }\n";

    const string Replicates = "parameters: { training.batch_size: [1, 2, 3, 4, 5, 6, 7, 8, 9], replicate: [1, 2] }\n";

    [Theory]
    [InlineData(Ranges + "search: { algorithm: random, trials: 12 }")]
    [InlineData(Ranges + "search: { algorithm: tpe, trials: 12 }\nscheduler: { algorithm: asha, max_epochs: 9 }")]
    [InlineData(Ranges + "search: { algorithm: sobol, trials: 12 }\nscheduler: { algorithm: asha, mode: stop, max_epochs: 9 }")]
    [InlineData(Ranges + "search: { algorithm: sobol, trials: 20 }\nscheduler: { algorithm: hyperband, max_epochs: 9 }")]
    [InlineData(Ranges + "search: { algorithm: random, trials: 9 }\nscheduler: { algorithm: median, max_epochs: 5 }")]
    [InlineData(Replicates + "scheduler: { algorithm: asha, max_epochs: 9 }\nevaluation: { when: stopped too }")]
    [InlineData(Replicates + "scheduler: { algorithm: asha, max_epochs: 9 }\nevaluation: { when: rungs }")]
    [InlineData(Replicates + "scheduler: { algorithm: hyperband, max_epochs: 9 }\nevaluation: { when: best 3 }")]
    [InlineData(Replicates + "scheduler: { algorithm: asha, max_epochs: 9, refine: { metric: evaluation.samples.fid, from_rung: 2 } }")]
    public void Progress_ends_at_all_of_it_and_never_goes_beyond(string more)
    {
        var sweep = ScheduledSweep.Of($"name: test\ndataset: digits\n{more}", 3, Bits);
        do
        {
            var (progress, state) = (Progress(sweep), sweep.Domain.Sweep);
            Assert.InRange(progress.EpochsDone, 0, progress.EpochsPlanned);
            Assert.InRange(state.Trials.Count, 1, state.PlannedTrials);
            Assert.InRange(progress.EvaluationsToCome, state.Trials.Count(trial => !trial.IsSettled), 3 * state.PlannedTrials);
        } while (sweep.Turn());

        var (end, over) = (Progress(sweep), sweep.Domain.Sweep);
        Assert.Equal(SweepStatus.Completed, over.Status);
        Assert.Equal((sweep.EpochsTrained, sweep.EpochsTrained, 0), (end.EpochsDone, end.EpochsPlanned, end.EvaluationsToCome));
        Assert.Equal(over.Trials.Count, over.PlannedTrials);
    }

    /// <summary>27 trials of one epoch, of which 9, 3 and 1 go on by the rule, and those that were let through before better ones
    /// came.</summary>
    [Theory]
    [InlineData("promote")]
    [InlineData("stop")]
    public void At_the_start_each_rung_is_expected_to_keep_more_than_its_share(string mode)
    {
        var sweep = SweepDomain.Of(
            $"name: test\ndataset: digits\n{Ranges}search: {{ algorithm: random, trials: 27 }}\n"
                + $"scheduler: {{ algorithm: asha, mode: {mode}, max_epochs: 27 }}"
        );
        var progress = SweepProgress.From(sweep.Sweep, DateTimeOffset.UnixEpoch);
        Assert.Equal(0, progress.EpochsDone);
        Assert.InRange(progress.EpochsPlanned, 27 + 9 * 2 + 3 * 6 + 1 * 18 + 1, 27 + 18 * 2 + 8 * 6 + 4 * 18);
        Assert.InRange(progress.EvaluationsToCome, 1, 4);
        Assert.Equal((1, 27), (sweep.Sweep.Trials.Count, sweep.Sweep.PlannedTrials));
    }

    /// <summary>What is told at the start, beside what as many runs train whose trials have ranks at random.</summary>
    [Theory]
    [InlineData("mode: promote", 1)]
    [InlineData("mode: promote", 4)]
    [InlineData("mode: stop", 2)]
    [InlineData("mode: promote, min_rung_population: 6", 2)]
    public void The_epochs_told_at_the_start_are_those_of_a_run_in_which_ranks_are_at_random(string scheduler, int slots)
    {
        var (told, trained) = (new List<double>(), new List<double>());
        for (var seed = 0; seed < 40; seed++)
        {
            var sweep = ScheduledSweep.Of(
                $"name: test\ndataset: digits\nseed: {seed}\n{Ranges}search: {{ algorithm: random, trials: 24 }}\n"
                    + $"scheduler: {{ algorithm: asha, {scheduler}, max_epochs: 9 }}",
                slots,
                (trial, epoch) => 2 + Seed.Derive(seed, "bits", trial) / Math.Pow(2, 63) - epoch / 1e4
            );
            told.Add(Progress(sweep).EpochsPlanned);
            sweep.RunToTheEnd();
            trained.Add(sweep.EpochsTrained);
        }

        Assert.InRange(told.Average() / trained.Average(), 0.85, 1.15);
    }

    [Fact]
    public void Trials_that_the_search_is_still_to_draw_have_to_be_trained_too()
    {
        var sweep = new TimedSweep($"trial: {{ training: {{ epochs: 4 }} }}\n{Ranges}search: {{ algorithm: random, trials: 3 }}");
        sweep.Epochs(10, sweep.Grant(0), 1, 10);
        var progress = sweep.Progress(10);
        Assert.Equal((1, 12, 3), (progress.EpochsDone, progress.EpochsPlanned, progress.EvaluationsToCome));
        Assert.Equal((30 + 40 + 40, null), sweep.TimeLeft(10));
    }

    [Fact]
    public void Each_rung_tells_who_arrived_who_waits_and_who_went_on()
    {
        var sweep = ScheduledSweep.Of($"name: test\ndataset: digits\n{Replicates}scheduler: {{ algorithm: asha, max_epochs: 9 }}", 2, Bits);
        Assert.Empty(RungRow.Of(sweep.Domain.Sweep));
        sweep.RunToTheEnd();

        var rungs = RungRow.Of(sweep.Domain.Sweep);
        Assert.Equal([1, 3, 9], rungs.Select(rung => rung.Level));
        Assert.Equal(9, rungs[0].Arrived);
        Assert.Equal(rungs.Skip(1).Select(rung => (int?)rung.Arrived), rungs.SkipLast(1).Select(rung => rung.Survived));
        Assert.All(rungs, rung => Assert.Equal((null, "validation.bits_per_dim"), (rung.Ladder, rung.Metric)));
        Assert.Null(rungs[2].Survived);
        // Whoever was left at a rung when all was over waits no more.
        Assert.All(rungs, rung => Assert.Equal(0, rung.Waiting));
        Assert.Equal(sweep.Domain.Sweep.Trials.Chunk(2).Min(pair => pair.Average(trial => Bits(trial.Number, 1))), rungs[0].Best!.Value, 9);
    }

    [Fact]
    public void Where_all_go_on_until_they_are_stopped_those_that_were_not_survived()
    {
        var sweep = ScheduledSweep.Of(
            $"name: test\ndataset: digits\n{Ranges}search: {{ algorithm: random, trials: 9 }}\n"
                + "scheduler: { algorithm: asha, mode: stop, max_epochs: 9 }",
            1,
            (trial, _) => trial
        );
        sweep.RunToTheEnd();
        Assert.Equal(
            [(1, 9, 1), (3, 1, 1), (9, 1, null)],
            RungRow.Of(sweep.Domain.Sweep).Select(rung => (rung.Level, rung.Arrived, rung.Survived))
        );
    }

    [Fact]
    public void Every_bracket_has_the_rungs_that_it_does_not_leave_out()
    {
        var sweep = ScheduledSweep.Of(
            $"name: test\ndataset: digits\n{Ranges}search: {{ algorithm: random, trials: 30 }}\n"
                + "scheduler: { algorithm: hyperband, max_epochs: 9 }",
            2,
            Bits
        );
        sweep.RunToTheEnd();
        var ladders = RungRow.Of(sweep.Domain.Sweep).GroupBy(rung => rung.Ladder).Select(ladder => (ladder.Key, ladder.First().Level));
        Assert.Equal([("bracket 0", 9), ("bracket 1", 3), ("bracket 2", 1)], ladders);
    }

    static double Bits(int trial, int epoch) => 2 + trial * 7 % 19 / 19.0 - epoch / 1e4;

    static SweepProgress Progress(ScheduledSweep sweep) => SweepProgress.From(sweep.Domain.Sweep, DateTimeOffset.UnixEpoch);
}
