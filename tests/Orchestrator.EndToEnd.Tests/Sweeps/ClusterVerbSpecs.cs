using System.Runtime.InteropServices;
using System.Text.Json;
using Orchestrator.EndToEnd.Tests.Running;
using Orchestrator.Sweeps.Domain;
using Orchestrator.Sweeps.Tasks;

namespace Orchestrator.EndToEnd.Tests.Sweeps;

/// <summary>A node with real trial processes, and people who pause, resume, stop and look.</summary>
public sealed class ClusterVerbSpecs
{
    // Much longer than the test: nothing ends by itself.
    static readonly string Long = SweepFolder.Small.Replace("epochs: 30", "epochs: 100000", StringComparison.Ordinal);

    [Fact]
    public async Task A_trial_makes_way_for_a_sweep_of_a_higher_priority_and_goes_on_after_it()
    {
        using var folder = new SweepFolder(Long);
        File.WriteAllText(
            Path.Combine(folder.Root, "urgent.yaml"),
            SweepFolder
                .Small.Replace("name: small", "name: urgent", StringComparison.Ordinal)
                .Replace("epochs: 30", "epochs: 1", StringComparison.Ordinal) + "\nshare: { priority: 1 }\n"
        );
        var place = new OneNode(folder);
        await using var node = await place.StartAsync(slots: 1, "--lease", "9");
        await place.SayAsync("submit", "sweep.yaml");
        await using var log = Run.Orchestrator(folder.Root, "sweep", "logs", "small", "0001", "-f", "--server", place.Server);
        await log.Wrote("epoch 1:");

        await place.SayAsync("submit", "urgent.yaml");
        Assert.Contains(
            "small trains in 1 slot and makes way (priority 0)",
            await place.SayAsync("why", "urgent"),
            StringComparison.Ordinal
        );
        await using var watch = Run.Orchestrator(folder.Root, "sweep", "watch", "urgent", "--server", place.Server);
        await watch.ExitsWith(0);
        await log.Wrote("asked to checkpoint and leave its slot to sweep urgent");
        await log.Wrote("attempt 2 begins");
        Assert.Equal([AttemptCause.Interrupted], folder.Journal().OfType<LeaseEnded>().Select(fact => fact.End.Cause));

        // A bound of its own.
        Assert.Contains("max_slots 1", await place.SayAsync("set", "small", "max_slots=1"), StringComparison.Ordinal);
        Assert.Contains("it trains in the 1 slot that it may have", await place.SayAsync("why", "small"), StringComparison.Ordinal);
        await using (var wrong = Run.Orchestrator(folder.Root, "sweep", "set", "small", "max_slot=2", "--server", place.Server))
        {
            await wrong.ExitsWith(2);
            Assert.Contains("did you mean 'max_slots'?", wrong.Errors, StringComparison.Ordinal);
        }

        Assert.Contains("by trial\n  0001 ", await place.SayAsync("cost", "small", "--by", "trial"), StringComparison.Ordinal);
        await place.SayAsync("stop", "small");
        await log.ExitsWith(0);
        // Nothing was trained twice.
        Assert.Equal(
            folder.Journal().OfType<EpochReported>().Select(fact => fact.Report.Epoch),
            Enumerable.Range(1, folder.Journal().OfType<EpochReported>().Count())
        );
    }

    [Fact]
    public async Task Pause_and_stop_let_a_running_trial_checkpoint_and_that_is_no_crash()
    {
        using var folder = new SweepFolder(Long);
        var place = new OneNode(folder);
        await using var node = await place.StartAsync(slots: 1, "--lease", "9");
        await place.SayAsync("submit", "sweep.yaml");
        await using var log = Run.Orchestrator(folder.Root, "sweep", "logs", "small", "0001", "-f", "--server", place.Server);
        await log.Wrote("epoch 1:");
        Assert.Single(folder.Working(node.Output + node.Errors));

        await place.SayAsync("pause", "small");
        await Eventually.TrueAsync(() => Ends().Count == 1);
        Assert.Equal([AttemptCause.Interrupted], Ends());
        // What is shown may be a second old: whoever follows the log asks for it too.
        await Eventually.TrueAsync(async () => await Shown() == ("paused", 0), TimeSpan.FromSeconds(30));
        Assert.Equal(("paused", 0), await Shown());
        // All that was trained is in the checkpoint that it left.
        var paused = folder.Journal();
        Assert.True(paused.OfType<CheckpointReported>().Last().Checkpoint.Step >= paused.OfType<EpochReported>().Last().Report.Step);
        Assert.Empty(folder.Working(node.Output + node.Errors));

        await place.SayAsync("resume", "small");
        await log.Wrote("attempt 2 begins");
        await Eventually.TrueAsync(() => folder.Journal().OfType<EpochReported>().Select(fact => fact.Token).Distinct().Count() == 2);
        await place.SayAsync("stop", "small");
        await using var watch = Run.Orchestrator(folder.Root, "sweep", "watch", "small", "--server", place.Server);
        await watch.ExitsWith(0);
        Assert.Contains("stopped: 2 of 2 trials done, 0 running", watch.Output, StringComparison.Ordinal);
        await log.ExitsWith(0);
        Assert.EndsWith("stopped\n", log.Output, StringComparison.Ordinal);
        Assert.Equal([AttemptCause.Interrupted, AttemptCause.Interrupted], Ends());
        // The second attempt went on where the first one left.
        Assert.Equal(
            folder.Journal().OfType<EpochReported>().Select(fact => fact.Report.Epoch),
            Enumerable.Range(1, folder.Journal().OfType<EpochReported>().Count())
        );
        await using (var late = Run.Orchestrator(folder.Root, "sweep", "pause", "small", "--server", place.Server))
        {
            await late.ExitsWith(2);
            Assert.Contains("the sweep is stopped", late.Errors, StringComparison.Ordinal);
        }

        node.Signal(PosixSignal.SIGINT);
        await node.ExitsWith(0);
        // The data folder says the same without any cluster.
        await using var alone = Run.Orchestrator(folder.Root, "sweep", "logs", "small", "0001", "--data-dir", "runs");
        await alone.ExitsWith(0);
        Assert.Equal(log.Output, alone.Output);

        List<AttemptCause> Ends() => [.. folder.Journal().OfType<LeaseEnded>().Select(fact => fact.End.Cause)];

        async Task<(string?, int)> Shown()
        {
            await using var run = Run.Orchestrator(folder.Root, "sweep", "show", "small", "--server", place.Server, "--json");
            await run.ExitsWith(0);
            var shown = JsonDocument.Parse(run.Output).RootElement;
            return (shown.GetProperty("state").GetString(), shown.GetProperty("counts").GetProperty("running").GetInt32());
        }
    }
}
