using Akka.Actor;
using Orchestrator.Cluster.Metrics;
using Orchestrator.Cluster.Processes;
using Orchestrator.Cluster.Protocol;
using Orchestrator.Cluster.Workers;
using Orchestrator.Sweeps.Domain;
using Orchestrator.Sweeps.Tasks;

namespace Orchestrator.Cluster.Tests.Metrics;

/// <summary>The number of series is bounded by nodes, slots, sweeps that are not over and states.</summary>
[Trait("Needs", "time")]
public sealed class SeriesBoundSpecs(ITestOutputHelper output) : ActorSpecs(output), IDisposable
{
    const int Trials = 2000;
    const string Other = "127.0.0.1:2#2";

    // orchestrator_slots by kind and state; the gauges of one slot; those of one sweep, one of them by state,
    // and what it took, by what came of it.
    const int OfNodes = 2 * 3,
        OfSlot = 7,
        OfSweep = 8 + 7 + 3 * 4;

    static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);
    readonly TemporaryFolder _folder = new();

    [Fact]
    public async Task Two_thousand_trials_have_no_more_series_than_the_first_and_a_node_that_is_gone_has_none()
    {
        var fresh = Exported.Series(await Exported.Text(new ClusterMetrics(Prometheus.Metrics.NewCustomRegistry()))).Length;
        Membership.Join(Other);
        var over = Ended();
        var coordinator = StartCoordinator();
        coordinator.Tell(new SweepProtocol.Submit(Spec(Trials), ""), TestActor);
        await ExpectMsgAsync<SweepProtocol.Accepted>(TimeSpan.FromSeconds(30), cancellationToken: Cancel);
        var slots = new[]
        {
            (Node, 1, WorkKind.Training),
            (Node, 2, WorkKind.Training),
            (Node, 3, WorkKind.Evaluation),
            (Other, 1, WorkKind.Training),
            (Other, 2, WorkKind.Training),
        }
            .Select(slot =>
                (
                    Node: slot.Item1,
                    Actor: Sys.ActorOf(
                        SlotActor.Props(
                            new SlotOptions(
                                slot.Item1,
                                slot.Item2,
                                slot.Item3,
                                _folder.Data,
                                coordinator,
                                new FakeLauncher(Instantly),
                                Metrics
                            )
                        )
                    )
                )
            )
            .ToList();

        var most = 0;
        var began = TimeProvider.System.GetTimestamp();
        while (!over.IsCompleted)
        {
            Assert.True(TimeProvider.System.GetElapsedTime(began) < Patience, $"the sweep is not over after {Patience}");
            // A slot for which there was nothing asks again after a while.
            Scheduler.Advance(TimeSpan.FromSeconds(0.5));
            most = Math.Max(most, Exported.Series(await Exported.Text(Metrics)).Length);
            await Task.WhenAny(over, Task.Delay(50, Cancel));
        }

        var text = await Exported.Text(Metrics);
        Assert.Equal(SweepStatus.Completed, await over);
        Assert.Contains($"orchestrator_attempts_total{{kind=\"training\",outcome=\"done\"}} {Trials}", text, StringComparison.Ordinal);
        Assert.Contains($"orchestrator_attempts_total{{kind=\"evaluation\",outcome=\"done\"}} {Trials}", text, StringComparison.Ordinal);
        Assert.Contains($"orchestrator_queue_wait_seconds_count{{kind=\"training\"}} {Trials}", text, StringComparison.Ordinal);
        Assert.Contains(Other, text, StringComparison.Ordinal);
        Assert.InRange(most, fresh + 1, fresh + OfNodes + OfSlot * slots.Count + OfSweep);

        foreach (var slot in slots.Where(slot => slot.Node == Other))
            await slot.Actor.GracefulStop(TimeSpan.FromSeconds(10));
        Membership.Lose(Other);
        Scheduler.Advance(TimeSpan.FromSeconds(60));
        await AwaitAssertAsync(
            async () => Assert.DoesNotContain(Other, await Exported.Text(Metrics), StringComparison.Ordinal),
            cancellationToken: Cancel
        );
    }

    // Four thousand folders: on a busy disk that takes longer than the end of a test may.
    void IDisposable.Dispose() => _folder.Dispose();

    Task<SweepStatus> Ended()
    {
        var ended = new TaskCompletionSource<SweepStatus>(TaskCreationOptions.RunContinuationsAsynchronously);
        Sys.EventStream.Subscribe(Sys.ActorOf(Props.Create(() => new Follower(ended))), typeof(SweepProtocol.SweepChanged));
        return ended.Task;
    }

    sealed class Follower : ReceiveActor
    {
        public Follower(TaskCompletionSource<SweepStatus> ended) =>
            Receive<SweepProtocol.SweepChanged>(changed =>
            {
                if (changed.State.IsOver)
                    ended.TrySetResult(changed.State.Status);
            });
    }

    /// <summary>A process that has done all its work by the time it is started.</summary>
    static EndedProcess Instantly(FakeStart start)
    {
        if (start.Kind == WorkKind.Training)
        {
            start.Say(new ProcessMessage.Progress(1, 1, 1, 3, 100));
            start.Say(new ProcessMessage.ReportEpoch(Epoch(1)));
            start.Say(new ProcessMessage.ReportCheckpoint(new CheckpointInfo("s3://b/c", "00ff", 1, 10, true, 1)));
        }
        else
        {
            start.Say(new ProcessMessage.Scored(MeasuredSweep.Scores()));
        }

        start.Exit(new ProcessExit(0, ""));
        return new EndedProcess();
    }

    sealed class EndedProcess : ITrialProcess
    {
        // No process has this number: Linux counts to 4194304.
        public int Id => int.MaxValue;

        public void Terminate() { }

        public void Kill() { }
    }
}
