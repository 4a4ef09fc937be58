using Microsoft.Extensions.Time.Testing;
using Orchestrator.Cluster.Metrics;
using Orchestrator.Sweeps.Domain;
using Orchestrator.Sweeps.Tasks;

namespace Orchestrator.Cluster.Tests.Metrics;

public sealed class LeaseMetricsSpecs
{
    readonly FakeTimeProvider _time = new(DateTimeOffset.UnixEpoch);
    readonly ClusterMetrics _metrics;

    public LeaseMetricsSpecs() => _metrics = new ClusterMetrics(Prometheus.Metrics.NewCustomRegistry(), _time);

    [Fact]
    public async Task A_wait_begins_with_the_trial_and_again_when_its_attempt_is_lost()
    {
        var story = new MeasuredSweep(_metrics, _time, trials: 1);
        Pass(40);
        var token = story.Grant();
        Assert.Equal((1, 40), await Histogram("orchestrator_queue_wait_seconds", "training"));
        Pass(5);
        story.End(token, AttemptCause.NodeLost);
        Pass(2);
        token = story.Grant();
        Assert.Equal((2, 42), await Histogram("orchestrator_queue_wait_seconds", "training"));
        story.Epoch(token, 4, 2);
        story.Complete(token);
        Pass(7);
        story.Grant(WorkKind.Evaluation);
        Assert.Equal((1, 7), await Histogram("orchestrator_queue_wait_seconds", "evaluation"));
    }

    [Fact]
    public async Task What_is_stopped_before_its_turn_has_not_waited()
    {
        var story = new MeasuredSweep(_metrics, _time);
        Pass(40);
        story.Do(new StopSweep());
        Assert.Equal((0, 0), await Histogram("orchestrator_queue_wait_seconds", "training"));
    }

    [Fact]
    public async Task Attempts_are_counted_by_outcome_and_timed()
    {
        var story = new MeasuredSweep(_metrics, _time);
        var token = story.Grant();
        Pass(90);
        story.End(token, AttemptCause.Crash);
        Assert.Equal(1, await Value("orchestrator_leases_granted_total{kind=\"training\"}"));
        Assert.Equal(1, await Value("orchestrator_attempts_total{kind=\"training\",outcome=\"crash\"}"));
        Assert.Equal((1, 90), await Histogram("orchestrator_attempt_duration_seconds", "training"));
    }

    [Fact]
    public async Task The_next_coordinator_times_what_the_one_before_had_granted()
    {
        var story = new MeasuredSweep(new ClusterMetrics(Prometheus.Metrics.NewCustomRegistry(), _time), _time);
        var token = story.Grant();
        Pass(30);
        _metrics.SweepChanged(story.State);
        var end = SweepDecider.Decide(story.State, new EndLease(token, new AttemptEnd(AttemptCause.Crash)), _time.GetUtcNow());
        foreach (var fact in end.Events)
            _metrics.Happened("s", fact);
        Assert.Equal((1, 30), await Histogram("orchestrator_attempt_duration_seconds", "training"));
    }

    void Pass(double seconds) => _time.Advance(TimeSpan.FromSeconds(seconds));

    async Task<(double Count, double Sum)> Histogram(string name, string kind) =>
        ((await Value($"{name}_count{{kind=\"{kind}\"}}"))!.Value, (await Value($"{name}_sum{{kind=\"{kind}\"}}"))!.Value);

    Task<double?> Value(string series) => Exported.Value(_metrics, series);
}
