using Microsoft.Extensions.Time.Testing;
using Orchestrator.Cluster.Metrics;
using Orchestrator.Sweeps.Domain;
using Orchestrator.Sweeps.Progress;
using Orchestrator.Sweeps.Tasks;

namespace Orchestrator.Cluster.Tests.Metrics;

public sealed class SweepMetricsSpecs
{
    readonly FakeTimeProvider _time = new(DateTimeOffset.UnixEpoch);
    readonly ClusterMetrics _metrics;

    public SweepMetricsSpecs() => _metrics = new ClusterMetrics(Prometheus.Metrics.NewCustomRegistry(), _time);

    [Fact]
    public async Task Best_is_the_lowest_newest_validation_of_a_trial_that_has_not_failed()
    {
        var story = new MeasuredSweep(_metrics, _time);
        Assert.Null(await Value("orchestrator_sweep_best_validation_bits_per_dim{sweep=\"s\"}"));
        var (first, second) = (story.Grant(), story.Grant(slot: 2));
        story.Epoch(first, 1, validation: double.NaN);
        Assert.Null(await Value("orchestrator_sweep_best_validation_bits_per_dim{sweep=\"s\"}"));
        story.Do(new ReportEpoch(first, 2, new EpochReport(2, 2, 3, 2.5, 1e-3, 1, 100, 10)));
        story.Do(new ReportEpoch(second, 1, new EpochReport(1, 1, 3, 2.75, 1e-3, 1, 100, 10)));
        Assert.Equal(2.5, await Value("orchestrator_sweep_best_validation_bits_per_dim{sweep=\"s\"}"));
        story.Do(new ReportEpoch(first, 3, new EpochReport(3, 3, 3, 2.625, 1e-3, 1, 100, 10)));
        Assert.Equal(2.625, await Value("orchestrator_sweep_best_validation_bits_per_dim{sweep=\"s\"}"));
    }

    [Fact]
    public async Task Scores_are_those_of_the_trial_that_validates_best_once_it_has_some()
    {
        var story = new MeasuredSweep(_metrics, _time, trials: 3);
        foreach (var (validation, fid) in new[] { (2.5, 7.0), (2.25, 9.0) })
        {
            var training = story.Grant();
            story.Epoch(training, 4, validation);
            story.Complete(training);
            story.End(story.Grant(WorkKind.Evaluation), AttemptCause.Done, MeasuredSweep.Scores(test: validation + 1, fid, kid: fid / 10));
        }

        Assert.Equal(9, await Value("orchestrator_sweep_best_fid{sweep=\"s\"}"));
        Assert.Equal(0.9, await Value("orchestrator_sweep_best_kid{sweep=\"s\"}"));
        Assert.Equal(3.25, await Value("orchestrator_sweep_best_test_bits_per_dim{sweep=\"s\"}"));
        story.Epoch(story.Grant(), 1, 2);
        Assert.Null(await Value("orchestrator_sweep_best_fid{sweep=\"s\"}"));
    }

    [Fact]
    public async Task What_a_token_took_is_told_also_of_sweeps_that_are_over_and_of_the_twenty_that_took_the_most()
    {
        for (var token = 1; token <= 22; token++)
            Took($"t{token}", $"s{token}", seconds: token);
        Took("t22", "again", seconds: 100);
        Took(null, "nobody's", seconds: 100);

        Assert.Equal(122, await Value("orchestrator_token_slot_seconds_total{token=\"t22\",kind=\"useful\"}"));
        Assert.Equal(3, await Value("orchestrator_token_slot_seconds_total{token=\"t3\",kind=\"useful\"}"));
        Assert.Null(await Value("orchestrator_token_slot_seconds_total{token=\"t2\",kind=\"useful\"}"));
        Assert.Equal(
            20 * 3 * 4,
            Exported.Series(await Exported.Text(_metrics)).Count(line => line.Contains("token=", StringComparison.Ordinal))
        );

        void Took(string? token, string sweep, int seconds)
        {
            var story = new SweepStateBuilder(sweep, "name: s\n", ["replicate=1"]).Begins(1).Completes(1, seconds);
            _metrics.SweepChanged(story.IsOver(SweepStatus.Completed).State with { SubmittedBy = token });
        }
    }

    [Fact]
    public async Task Time_left_and_epochs_are_those_of_the_sweeps_progress()
    {
        var story = new MeasuredSweep(_metrics, _time, trials: 3);
        foreach (var _ in new[] { 1, 2 })
        {
            var training = story.Grant();
            story.Epoch(training, 4, 3);
            Assert.Null(await Value("orchestrator_sweep_eta_seconds{sweep=\"s\"}"));
            _time.Advance(TimeSpan.FromSeconds(10));
            story.Complete(training);
            var evaluation = story.Grant(WorkKind.Evaluation);
            _time.Advance(TimeSpan.FromSeconds(5));
            story.End(evaluation, AttemptCause.Done, MeasuredSweep.Scores());
        }

        story.Grant();
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(
            SweepProgress.From(story.State, _time.GetUtcNow()).TimeLeft.Total!.Value.TotalSeconds,
            await Value("orchestrator_sweep_eta_seconds{sweep=\"s\"}")
        );
        Assert.Equal(8, await Value("orchestrator_sweep_epochs_done{sweep=\"s\"}"));
        Assert.Equal(12, await Value("orchestrator_sweep_epochs_planned{sweep=\"s\"}"));
    }

    [Fact]
    public async Task What_leases_took_counts_once_it_is_certain_what_came_of_it()
    {
        var story = new MeasuredSweep(_metrics, _time);
        story.Do(new GrantLease("n", 1, WorkKind.Training) { Free = new SlotResources(0, 1, Price: 3600) });
        var token = story.State.LastToken;
        _time.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal(0, await Taken("slot_seconds", "useful"));
        story.Do(new ReportCheckpoint(token, 1, new CheckpointInfo("/c", "00", 1, 1, Final: false, 1)));
        _time.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal(10, await Taken("slot_seconds", "useful"));
        story.End(token, AttemptCause.Crash);
        Assert.Equal(10, await Taken("gpu_seconds", "useful"));
        Assert.Equal(5, await Taken("gpu_seconds", "lost_to_crashes"));
        Assert.Equal(5, await Taken("cost", "lost_to_crashes"));
        token = story.Grant();
        _time.Advance(TimeSpan.FromSeconds(3));
        story.End(token, AttemptCause.NodeLost);
        Assert.Equal(3, await Taken("slot_seconds", "lost_to_preemption"));
        story.Complete(story.Grant());
        story.Grant(WorkKind.Evaluation);
        _time.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(2, await Taken("slot_seconds", "evaluation"));
        Assert.Equal(0, await Taken("gpu_seconds", "evaluation"));

        Task<double?> Taken(string what, string kind) => Value($"orchestrator_sweep_{what}_total{{sweep=\"s\",kind=\"{kind}\"}}");
    }

    [Fact]
    public async Task Progress_is_what_is_reported_and_not_what_is_granted()
    {
        var story = new MeasuredSweep(_metrics, _time);
        _time.Advance(TimeSpan.FromSeconds(100));
        var token = story.Grant();
        Assert.Equal(0, await Value("orchestrator_sweep_last_progress_timestamp_seconds{sweep=\"s\"}"));
        story.Epoch(token, 1, 3);
        Assert.Equal(100, await Value("orchestrator_sweep_last_progress_timestamp_seconds{sweep=\"s\"}"));
    }

    [Fact]
    public async Task A_sweep_that_is_over_is_counted_and_has_no_series_of_its_own()
    {
        var story = new MeasuredSweep(_metrics, _time);
        Assert.Equal(2, await Value("orchestrator_sweep_trials{sweep=\"s\",state=\"pending\"}"));
        story.Do(new StopSweep());
        Assert.DoesNotContain("sweep=\"s\"", await Exported.Text(_metrics), StringComparison.Ordinal);
        Assert.Equal(1, await Value("orchestrator_sweeps{state=\"stopped\"}"));
        Assert.Equal(2, await Value("orchestrator_trials{state=\"stopped\"}"));
    }

    [Fact]
    public async Task Only_the_oldest_sweeps_have_series_of_their_own()
    {
        var stories = Enumerable
            .Range(1, SweepMetrics.MostSweeps + 5)
            .Select(number =>
            {
                _time.Advance(TimeSpan.FromSeconds(1));
                return new MeasuredSweep(_metrics, _time, $"s{number}");
            })
            .ToList();
        Assert.Equal(SweepMetrics.MostSweeps, await Sweeps());
        Assert.Null(await Value("orchestrator_sweep_epochs_planned{sweep=\"s21\"}"));
        stories[3].Do(new StopSweep());
        Assert.Equal(SweepMetrics.MostSweeps, await Sweeps());
        Assert.NotNull(await Value("orchestrator_sweep_epochs_planned{sweep=\"s21\"}"));
        Assert.Equal(2 * stories.Count - 2, await Value("orchestrator_trials{state=\"pending\"}"));

        async Task<int> Sweeps() =>
            Exported
                .Series(await Exported.Text(_metrics))
                .Count(line => line.StartsWith("orchestrator_sweep_epochs_planned", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_coordinator_that_is_no_longer_the_active_one_shows_no_sweeps()
    {
        _metrics.CoordinatorActive(true);
        _ = new MeasuredSweep(_metrics, _time);
        _metrics.CoordinatorActive(false);
        Assert.Equal(0, await Value("orchestrator_trials{state=\"pending\"}"));
        Assert.DoesNotContain("sweep=\"s\"", await Exported.Text(_metrics), StringComparison.Ordinal);
    }

    Task<double?> Value(string series) => Exported.Value(_metrics, series);
}
