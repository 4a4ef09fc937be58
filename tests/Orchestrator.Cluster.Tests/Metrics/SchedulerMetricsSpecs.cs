using Microsoft.Extensions.Time.Testing;
using Orchestrator.Cluster.Metrics;
using Orchestrator.Sweeps.Domain;

namespace Orchestrator.Cluster.Tests.Metrics;

/// <summary>Rungs, decisions of schedulers, and promotions that wait.</summary>
public sealed class SchedulerMetricsSpecs
{
    const string Space =
        "parameters: { base: [{ distribution: gaussian }, { distribution: dirichlet, alpha: 2 }], flow.hidden: [8, 16, 24, 32] }\n";

    readonly FakeTimeProvider _time = new(DateTimeOffset.UnixEpoch);
    readonly ClusterMetrics _metrics;

    public SchedulerMetricsSpecs() => _metrics = new ClusterMetrics(Prometheus.Metrics.NewCustomRegistry(), _time);

    [Fact]
    public async Task Promotions_wait_until_they_are_granted_and_rungs_are_summed_over_strata()
    {
        var story = Scheduled("algorithm: asha, mode: promote, stratify_by: base.distribution");
        Assert.Equal((0, 0, 0), await Rung(1));
        // Two strata, and of each some trials that arrive before a slot is free again.
        foreach (var token in Enumerable.Range(1, 7).Select(slot => story.Grant(slot: slot)).ToList())
        {
            story.Epoch(token, 1, 2.5);
            story.Leave(token, 1);
        }

        // Of four and of three each second one may go on.
        Assert.Equal((7, 7, 0), await Rung(1));
        Assert.Equal(3, await Waiting());
        story.Grant();
        Assert.Equal((7, 6, 1), await Rung(1));
        Assert.Equal((0, 0, 0), await Rung(2));
        Assert.Equal((2, 7, 1, 0), (await Waiting(), await Decisions("paused"), await Decisions("promoted"), await Decisions("pruned")));
    }

    [Fact]
    public async Task Trials_that_are_given_up_are_counted_and_nothing_waits_where_nobody_is_promoted()
    {
        var story = Scheduled("algorithm: asha, mode: stop");
        var (good, bad) = (story.Grant(), story.Grant(slot: 2));
        story.Do(new ReportEpoch(good, 1, new(1, 1, 3, 2, 1e-3, 1, 100, 10)));
        story.Do(new ReportEpoch(bad, 1, new(1, 1, 3, 4, 1e-3, 1, 100, 10)));
        Assert.Equal(1, await Decisions("pruned"));
        Assert.Equal((2, 0, 0), await Rung(1));
        Assert.Null(await Waiting());
    }

    [Theory]
    [InlineData("scheduler: { algorithm: median }")]
    [InlineData("")]
    public async Task A_sweep_without_rungs_has_none(string scheduler)
    {
        var story = new MeasuredSweep(_metrics, _time, space: Space + scheduler);
        story.Epoch(story.Grant(), 1, 2);
        Assert.DoesNotContain("orchestrator_sweep_rung_configurations{", await Exported.Text(_metrics), StringComparison.Ordinal);
        Assert.Null(await Waiting());
    }

    [Fact]
    public async Task A_sweep_that_is_paused_or_over_has_no_promotions_that_wait_and_one_that_is_over_no_rungs()
    {
        var story = Scheduled("algorithm: asha, mode: promote");
        story.Do(new PauseSweep());
        Assert.Null(await Waiting());
        Assert.Equal((0, 0, 0), await Rung(4));
        story.Do(new StopSweep());
        Assert.DoesNotContain("sweep=\"s\"", await Exported.Text(_metrics), StringComparison.Ordinal);
    }

    MeasuredSweep Scheduled(string scheduler) =>
        new(_metrics, _time, space: $"{Space}scheduler: {{ {scheduler}, min_epochs: 1, max_epochs: 4, reduction: 2 }}");

    async Task<(double? Arrived, double? Waiting, double? Promoted)> Rung(int level)
    {
        return (await Value("arrived"), await Value("waiting"), await Value("promoted"));

        Task<double?> Value(string state) =>
            Exported.Value(_metrics, $"orchestrator_sweep_rung_configurations{{sweep=\"s\",level=\"{level}\",state=\"{state}\"}}");
    }

    Task<double?> Waiting() => Exported.Value(_metrics, "orchestrator_sweep_promotions_waiting{sweep=\"s\"}");

    Task<double?> Decisions(string decision) =>
        Exported.Value(_metrics, $"orchestrator_scheduler_decisions_total{{decision=\"{decision}\"}}");
}
