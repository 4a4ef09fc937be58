using System.Text;
using Orchestrator.Cluster.Metrics;
using Orchestrator.Cluster.Protocol;
using Orchestrator.Sweeps.Domain;
using Orchestrator.Sweeps.SweepFiles;
using Orchestrator.Sweeps.Tasks;

namespace Orchestrator.Cluster.Tests.Metrics;

public sealed class ClusterMetricsSpecs
{
    readonly ClusterMetrics _metrics = new(Prometheus.Metrics.NewCustomRegistry());

    [Fact]
    public async Task A_slot_shows_what_it_trains_and_forgets_it_when_it_is_free()
    {
        Show(slot: 1, trial: 3, new ProcessMessage.Progress(1, 10, 20, 2.75, 1200));
        Show(slot: 2, trial: null, null);
        var text = await Export();
        Assert.Contains(
            "orchestrator_slot_trial_info{node=\"n\",slot=\"1\",sweep=\"s\",trial=\"0003\",gpu_uuid=\"GPU-5c89\"} 1",
            text,
            StringComparison.Ordinal
        );
        Assert.Contains("orchestrator_slot_bits_per_dim{node=\"n\",slot=\"1\"} 2.75", text, StringComparison.Ordinal);
        Assert.Contains("orchestrator_slot_images_per_second{node=\"n\",slot=\"1\"} 1200", text, StringComparison.Ordinal);
        Assert.Contains("orchestrator_slots{kind=\"training\",state=\"training\"} 1", text, StringComparison.Ordinal);
        Assert.Contains("orchestrator_slots{kind=\"training\",state=\"idle\"} 1", text, StringComparison.Ordinal);

        Show(slot: 1, trial: null, null);
        text = await Export();
        Assert.DoesNotContain("0003", text, StringComparison.Ordinal);
        Assert.DoesNotContain("2.75", text, StringComparison.Ordinal);
        Assert.DoesNotContain("1200", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_number_of_series_does_not_grow_with_the_trials()
    {
        for (var trial = 1; trial <= 2; trial++)
            Show(slot: 1, trial, new ProcessMessage.Progress(1, 10, 20, 2.75, 1200));
        var few = (await Export()).Split('\n').Length;
        for (var trial = 3; trial <= 200; trial++)
        {
            Show(slot: 1, trial, new ProcessMessage.Progress(1, 10, 20, 2.75, 1200));
            _metrics.AttemptEnded(WorkKind.Training, AttemptCause.Done);
        }

        var text = await Export();
        Assert.Equal(few, text.Split('\n').Length);
        Assert.Contains("orchestrator_attempts_total{kind=\"training\",outcome=\"done\"} 198", text, StringComparison.Ordinal);
        Assert.Contains("trial=\"0200\",gpu_uuid=\"GPU-5c89\"} 1", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Trials_of_all_sweeps_are_counted_by_state_and_those_that_wait_for_an_evaluator()
    {
        foreach (var name in new[] { "a", "b" })
        {
            var spec = SweepFile.Parse($"name: {name}\ndataset: digits\nparameters: {{ replicate: [1, 2] }}", "test.yaml");
            var state = SweepDecider
                .Decide(null, new SubmitSweep(spec, ""), DateTimeOffset.UnixEpoch)
                .Events.Aggregate((SweepState?)null, SweepState.Apply)!;
            _metrics.SweepChanged(SweepState.Apply(state, new TrialCompleted(1) { At = DateTimeOffset.UnixEpoch }));
        }

        var text = await Export();
        Assert.Contains("orchestrator_trials{state=\"pending\"} 2", text, StringComparison.Ordinal);
        Assert.Contains("orchestrator_trials{state=\"completed\"} 2", text, StringComparison.Ordinal);
        Assert.Contains("orchestrator_evaluation_queue_length 2", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_status_that_no_member_has_any_more_counts_none()
    {
        _metrics.MembersChanged(["up", "joining", "joining"]);
        _metrics.MembersChanged(["up"]);
        var text = await Export();
        Assert.Contains("orchestrator_cluster_members{status=\"up\"} 1", text, StringComparison.Ordinal);
        Assert.Contains("orchestrator_cluster_members{status=\"joining\"} 0", text, StringComparison.Ordinal);
    }

    void Show(int slot, int? trial, ProcessMessage.Progress? progress) =>
        _metrics.SlotChanged(
            "n",
            new SlotProtocol.SlotChanged(
                slot,
                WorkKind.Training,
                trial is null ? null : "s",
                trial is { } number ? new Lease(number, WorkKind.Training, 1, number, "n", slot, DateTimeOffset.UnixEpoch) : null,
                progress
            )
            {
                GpuUuid = trial is null ? null : "GPU-5c89",
            }
        );

    async Task<string> Export()
    {
        using var stream = new MemoryStream();
        await _metrics.Registry.CollectAndExportAsTextAsync(stream, TestContext.Current.CancellationToken);
        return Encoding.UTF8.GetString(stream.ToArray());
    }
}
