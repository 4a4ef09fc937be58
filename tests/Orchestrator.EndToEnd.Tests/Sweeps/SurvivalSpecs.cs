using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using Orchestrator.EndToEnd.Tests.Running;
using Orchestrator.Sweeps.Domain;
using Orchestrator.Sweeps.Tasks;

namespace Orchestrator.EndToEnd.Tests.Sweeps;

/// <summary>What a sweep that nobody disturbed gave.</summary>
public sealed class Undisturbed : IAsyncLifetime
{
    internal SweepFolder Folder { get; } = new();

    public string[] Hashes { get; private set; } = [];

    public async ValueTask InitializeAsync()
    {
        await using var run = Folder.Sweep();
        await run.ExitsWith(0);
        Hashes = await Folder.Hashes();
    }

    public ValueTask DisposeAsync()
    {
        Folder.Dispose();
        return ValueTask.CompletedTask;
    }
}

public sealed class SurvivalSpecs(Undisturbed undisturbed, DigitsFeatures features) : IClassFixture<Undisturbed>
{
    const int Kills = 6;

    [Fact]
    public async Task Killed_at_random_moments_a_sweep_ends_with_the_same_weights_and_trains_no_finished_trial_again()
    {
        using var folder = await features.FolderAsync();
        var moments = new Random(20261123);
        for (var kill = 0; kill < Kills; kill++)
        {
            await using var run = folder.Sweep();
            await run.Wrote("trials,");
            Assert.False(run.EndsWithin(TimeSpan.FromMilliseconds(moments.Next(200, 3_000))), $"ended before kill {kill}: {run}");
            run.Kill();
        }

        await using var last = folder.Sweep();
        await last.ExitsWith(0);
        Assert.Equal(undisturbed.Hashes, await folder.Hashes());
        Assert.All(folder.Journal().OfType<TrialCompleted>().GroupBy(fact => fact.Trial), group => Assert.Single(group));
        var completed = new HashSet<int>();
        foreach (var fact in folder.Journal())
        {
            if (fact is TrialCompleted done)
                completed.Add(done.Trial);
            if (fact is LeaseGranted { Kind: WorkKind.Training } granted)
                Assert.DoesNotContain(granted.Trial, completed);
        }
    }

    [Fact]
    public async Task Killed_at_random_moments_a_trial_ends_with_the_same_weights()
    {
        using var folder = new SweepFolder();
        var moments = new Random(7);
        var task = await FirstAttempt(folder);
        var earlier = new List<string>();
        for (var attempt = 1; attempt <= Kills + 1; attempt++)
        {
            var spec = task with
            {
                Attempt = attempt,
                Directory = Path.Combine(folder.Root, $"attempt-{attempt}"),
                Earlier = [.. Enumerable.Reverse(earlier)],
            };
            earlier.Add(spec.Directory);
            await using var run = Trial(folder, spec);
            if (attempt > Kills)
            {
                await run.ExitsWith(TrialExitCode.Done);
                var final = Messages(run).OfType<ProcessMessage.ReportCheckpoint>().Last().Checkpoint;
                Assert.Equal((true, undisturbed.Hashes[0]), (final.Final, final.Sha256));
                return;
            }

            await run.Wrote("\"type\":\"started\"");
            Assert.False(run.EndsWithin(TimeSpan.FromMilliseconds(moments.Next(50, 900))), $"ended before kill {attempt}: {run}");
            run.Kill();
        }
    }

    [Fact]
    public async Task A_killed_trial_process_is_tried_again_from_its_checkpoint_while_the_sweep_goes_on()
    {
        using var folder = await features.FolderAsync();
        await using var run = folder.Sweep();
        await run.Wrote("epoch ");
        Process.GetProcessById(folder.Working()[0]).Kill();
        await run.ExitsWith(0);
        var trials = (await folder.Results()).GetProperty("trials").EnumerateArray().ToList();
        Assert.Equal([1, 2], trials.Select(trial => trial.GetProperty("attempts").GetInt32()).Order());
        Assert.Equal(undisturbed.Hashes, await folder.Hashes());
        Assert.Contains(folder.Journal().OfType<LeaseEnded>(), ended => ended.End.Cause == AttemptCause.Crash);
    }

    [Fact]
    public async Task No_trial_outlives_a_killed_sweep_by_more_than_two_seconds()
    {
        using var folder = new SweepFolder();
        await using var run = folder.Sweep();
        await run.Wrote("epoch ");
        var children = folder.Children().Select(Process.GetProcessById).ToList();
        Assert.NotEmpty(children);
        run.Kill();
        var limit = Stopwatch.StartNew();
        Assert.All(children, child => Assert.True(child.WaitForExit(Rest(limit)), $"process {child.Id} is still there"));

        static TimeSpan Rest(Stopwatch since) => TimeSpan.FromSeconds(Math.Max(0, 2 - since.Elapsed.TotalSeconds));
    }

    /// <summary>A stopped process hears nothing, its parent's end neither.</summary>
    [Fact]
    public async Task A_stopped_trial_of_a_killed_sweep_is_ended_by_the_next_run_of_it()
    {
        using var folder = await features.FolderAsync();
        Process child;
        await using (var run = folder.Sweep())
        {
            await run.Wrote("epoch ");
            child = Process.GetProcessById(folder.Working()[0]);
            Stop(child.Id);
            run.Kill();
            await run.Exit(); // else its end would take its children along
        }

        await using var again = folder.Sweep();
        await again.Wrote($"{child.Id}");
        Assert.True(child.WaitForExit(TimeSpan.FromSeconds(10)), "the stopped trial is still there");
        Assert.Contains("an earlier run left behind", again.Errors, StringComparison.Ordinal);
        await again.ExitsWith(0);
        Assert.Equal(undisturbed.Hashes, await folder.Hashes());
    }

    [Fact]
    public async Task A_trial_trains_at_low_priority_but_hears_at_once_that_its_parent_is_gone()
    {
        using var folder = new SweepFolder();
        await using var run = Trial(folder, await FirstAttempt(folder));
        await run.Wrote("\"type\":\"started\"");
        var threads = Directory
            .GetDirectories($"/proc/{run.Id}/task")
            .Select(thread => File.ReadAllText(Path.Combine(thread, "stat")))
            .ToList();
        Assert.Equal(0, Nice(threads.Single(stat => stat.Contains("(lifeline)", StringComparison.Ordinal))));
        Assert.Contains(threads, stat => Nice(stat) == 10);
    }

    // See proc_pid_stat(5): the nineteenth field, the name in brackets being the second.
    static int Nice(string stat) => int.Parse(stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[16], CultureInfo.InvariantCulture);

    [Fact]
    public async Task Ctrl_C_once_drains_prints_the_command_to_go_on_and_that_command_finishes_the_sweep()
    {
        using var folder = await features.FolderAsync();
        await using (var run = folder.Sweep())
        {
            await run.Wrote("epoch ");
            run.Signal(PosixSignal.SIGINT);
            await run.ExitsWith(130);
            Assert.Contains(
                $"orchestrator sweep run {Path.Combine(folder.Root, "sweep.yaml")} --data-dir",
                run.Errors,
                StringComparison.Ordinal
            );
            // Drained: each running trial left a checkpoint of the very step it had come to, and its lease is handed back.
            Assert.Equal(
                AttemptCause.Interrupted,
                folder.Journal().OfType<LeaseEnded>().Last(ended => ended.Kind == WorkKind.Training).End.Cause
            );
        }

        await using var again = folder.Sweep();
        await again.ExitsWith(0);
        Assert.Equal(undisturbed.Hashes, await folder.Hashes());
    }

    [Fact]
    public async Task Ctrl_C_twice_leaves_at_once()
    {
        using var folder = new SweepFolder();
        await using var run = folder.Sweep();
        await run.Wrote("epoch ");
        var children = folder.Working().Select(Process.GetProcessById).ToList();
        // Trials that cannot answer keep the drain waiting.
        foreach (var child in children)
            Stop(child.Id);
        run.Signal(PosixSignal.SIGINT);
        await run.Wrote("Once more leaves at once");
        run.Signal(PosixSignal.SIGINT);
        Assert.True(run.EndsWithin(TimeSpan.FromSeconds(5)), "still there after the second Ctrl-C");
        await run.ExitsWith(130);
        foreach (var child in children)
            child.Kill();
    }

    [Theory]
    [InlineData("truncated")]
    [InlineData("flipped")]
    public async Task A_damaged_newest_checkpoint_is_set_aside_and_the_one_before_used(string damage)
    {
        using var folder = await features.FolderAsync(
            SweepFolder.Small + "\nretention: { keep_last: 3, keep_best: 1 }\nresources: { threads: 1 }\n"
        );
        await using (var run = folder.Sweep("--slots", "1"))
        {
            await run.Wrote("epoch ");
            await run.Wrote("epoch 3"); // 3, or thirty-something: there are checkpoints before the newest
            run.Kill();
        }

        var newest = Directory
            .EnumerateFiles(folder.Data.Trial("small", 1), "model.safetensors", SearchOption.AllDirectories)
            .Order()
            .Last();
        Damage(newest, damage);
        await using var again = folder.Sweep("--slots", "1");
        await again.ExitsWith(0);
        Assert.Contains("set aside", again.Errors, StringComparison.Ordinal);
        Assert.Equal(undisturbed.Hashes, await folder.Hashes());
    }

    static void Damage(string file, string how)
    {
        var bytes = File.ReadAllBytes(file);
        if (how == "flipped")
            bytes[bytes.Length / 2] ^= 0x10;
        File.WriteAllBytes(file, how == "truncated" ? bytes[..(bytes.Length / 2)] : bytes);
    }

    async Task<TrainingTask> FirstAttempt(SweepFolder folder)
    {
        var attempt = Path.Combine(undisturbed.Folder.Data.Attempt("small", 1, 1), "attempt.json");
        return JsonSerializer.Deserialize<TrainingTask>(
            await File.ReadAllTextAsync(attempt, TestContext.Current.CancellationToken),
            Orchestrator.Sweeps.OrchestratorJson.Compact
        )! with
        {
            DataRoot = folder.Data.Datasets,
        };
    }

    static Run Trial(SweepFolder folder, TrainingTask spec)
    {
        Directory.CreateDirectory(spec.Directory);
        var file = Path.Combine(spec.Directory, "attempt.json");
        File.WriteAllText(file, JsonSerializer.Serialize(spec, Orchestrator.Sweeps.OrchestratorJson.Indented));
        return Run.Orchestrator(folder.Root, "trial", "run", file);
    }

    static IEnumerable<ProcessMessage> Messages(Run run) =>
        run
            .Output.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => JsonSerializer.Deserialize<ProcessMessage>(line, Orchestrator.Sweeps.OrchestratorJson.Compact)!);

    static void Stop(int process)
    {
        using var kill = Process.Start("kill", ["-STOP", process.ToString(System.Globalization.CultureInfo.InvariantCulture)]);
        kill.WaitForExit();
    }
}
