using System.Diagnostics;
using Microsoft.Extensions.Time.Testing;
using Orchestrator.Cluster.Devices;
using Orchestrator.Cluster.Metrics;
using Orchestrator.Sweeps.Tasks;

namespace Orchestrator.Cluster.Tests.Metrics;

public sealed class NodeMetricsSpecs
{
    readonly FakeTimeProvider _time = new();
    readonly ClusterMetrics _metrics;

    public NodeMetricsSpecs() => _metrics = new ClusterMetrics(Prometheus.Metrics.NewCustomRegistry(), _time);

    [Fact]
    public async Task A_failover_lasts_from_the_first_suspicion_to_the_takeover()
    {
        _metrics.Membership.ActiveCoordinatorLost();
        _time.Advance(TimeSpan.FromSeconds(5));
        _metrics.Membership.ActiveCoordinatorLost();
        _time.Advance(TimeSpan.FromSeconds(4));
        _metrics.CoordinatorActive(true);
        Assert.Equal(1, await Value("orchestrator_failovers_total"));
        Assert.Equal(9, await Value("orchestrator_last_failover_duration_seconds"));
    }

    [Fact]
    public async Task Neither_the_first_coordinator_nor_one_that_was_only_silent_makes_a_failover()
    {
        _metrics.CoordinatorActive(true);
        _metrics.CoordinatorActive(false);
        _metrics.Membership.ActiveCoordinatorLost();
        _metrics.Membership.ActiveCoordinatorBack();
        _metrics.CoordinatorActive(true);
        Assert.Equal(0, await Value("orchestrator_failovers_total"));
        Assert.Equal(1, await Value("orchestrator_coordinator_active"));
    }

    [Fact]
    public async Task The_drivers_tool_tells_how_busy_and_how_full_a_gpu_is()
    {
        _metrics.Devices.Sampled(
            DeviceSample.Parse(
                "0, NVIDIA A100, 37, 1024, 81920\n1, NVIDIA A100, [N/A], 0, 81920\nsome warning, without, numbers, at, all\n"
            )
        );
        Assert.Equal(0.37, await Value("orchestrator_device_utilisation_ratio{device=\"0\"}"));
        Assert.Null(await Value("orchestrator_device_utilisation_ratio{device=\"1\"}"));
        Assert.Equal(1L << 30, await Value("orchestrator_device_memory_used_bytes{device=\"0\"}"));
        Assert.Equal(80L << 30, await Value("orchestrator_device_memory_size_bytes{device=\"1\"}"));
        Assert.Equal(1, await Value("orchestrator_device_info{device=\"1\",name=\"NVIDIA A100\"}"));
        _metrics.Devices.Sampled([]);
        Assert.DoesNotContain("device=", await Exported.Text(_metrics), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_machine_without_the_tool_has_no_samples() => Assert.Empty(await DeviceSample.TakeAsync("no-such-tool-here"));

    [Fact]
    public async Task A_child_process_is_seen_while_it_runs()
    {
        // This very process stands for the child: it runs, and has used some time.
        _metrics.Slots.ProcessStarted("n", 1, Environment.ProcessId);
        var memory = await Value("orchestrator_slot_process_resident_memory_bytes{node=\"n\",slot=\"1\"}");
        Assert.InRange(memory!.Value, 1 << 20, 1L << 36);
        var cpu = await Value("orchestrator_slot_process_cpu_seconds_total{node=\"n\",slot=\"1\"}");
        Assert.InRange(cpu!.Value, 0.01, Process.GetCurrentProcess().TotalProcessorTime.TotalSeconds);
        _metrics.NodeGone("n");
        Assert.DoesNotContain("orchestrator_slot_process_cpu_seconds_total{", await Exported.Text(_metrics), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Checkpoints_that_are_no_longer_there_at_the_next_one_were_deleted()
    {
        using (var folder = new TemporaryFolder())
        {
            for (var step = 1; step <= 3; step++)
            {
                var checkpoint = Directory.CreateDirectory(folder.At($"{step:D10}"));
                if (step == 3)
                    Directory.Delete(folder.At($"{1:D10}"));
                _metrics.Checkpoints.Written(1, new CheckpointInfo(checkpoint.FullName, "00", step, step, false, 100));
            }

            _metrics.Checkpoints.Written(1, new CheckpointInfo("s3://bucket/a/b", "00", 4, 4, false, 100));
        }

        Assert.Equal(4, await Value("orchestrator_checkpoints_written_total"));
        Assert.Equal(400, await Value("orchestrator_checkpoint_written_bytes_total"));
        Assert.Equal(1, await Value("orchestrator_checkpoints_deleted_total"));
    }

    [Fact]
    public async Task The_data_folder_has_a_size_and_room_once_it_is_known()
    {
        Assert.Null(await Value("orchestrator_data_folder_free_bytes"));
        _metrics.DataFolder.Watch(Path.GetTempPath());
        var size = await Value("orchestrator_data_folder_size_bytes");
        Assert.InRange((await Value("orchestrator_data_folder_free_bytes"))!.Value, 0, size!.Value);
        _metrics.DataFolder.Watch("/no/such/folder");
        Assert.Null(await Value("orchestrator_data_folder_free_bytes"));
    }

    Task<double?> Value(string series) => Exported.Value(_metrics, series);
}
