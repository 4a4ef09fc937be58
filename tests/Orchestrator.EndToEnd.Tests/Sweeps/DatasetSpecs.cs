using Orchestrator.EndToEnd.Tests.Running;
using Orchestrator.Sweeps.Domain;
using Orchestrator.Sweeps.Tasks;

namespace Orchestrator.EndToEnd.Tests.Sweeps;

/// <summary>A sweep learns one data set: the one it began with.</summary>
public sealed class DatasetSpecs
{
    static readonly string Idx = SweepFolder
        .Small.Replace("dataset: digits", "dataset: idx:data", StringComparison.Ordinal)
        .Replace("levels: 2", "levels: 1", StringComparison.Ordinal)
        .Replace("epochs: 30", "epochs: 60", StringComparison.Ordinal);

    [Fact]
    public async Task Any_file_that_is_another_one_is_found_before_anything_starts_and_the_right_ones_go_on()
    {
        using var folder = await InterruptedAsync();
        var other = Path.Combine(folder.Root, "other");
        IdxImages.Write(other, seed: 2);
        var events = folder.Journal().Count;
        foreach (var file in IdxImages.Files)
        {
            File.Copy(Path.Combine(other, file), Path.Combine(folder.Root, "data", file), overwrite: true);
            await RefusedAsync(folder, "is not the data set that the sweep began with: SHA-256 ");
            IdxImages.Write(Path.Combine(folder.Root, "data"), seed: 1);
        }

        Directory.Move(Path.Combine(folder.Root, "data"), Path.Combine(folder.Root, "away"));
        await RefusedAsync(folder, "no folder");
        Directory.Move(Path.Combine(folder.Root, "away"), Path.Combine(folder.Root, "data"));
        Assert.Equal(events, folder.Journal().Count);
        await CompletesAsync(folder);
    }

    [Fact]
    public async Task Data_that_change_while_the_sweep_runs_stop_it_cost_no_trial_and_back_again_it_goes_on()
    {
        using var folder = new SweepFolder(Idx + "\nretries: { crash: 0, out_of_memory: 0, divergence: 0 }\n");
        IdxImages.Write(Path.Combine(folder.Root, "data"), seed: 1);
        await using (var run = folder.Sweep("--slots", "1"))
        {
            await run.Wrote("attempt 1 begins");
            IdxImages.Write(Path.Combine(folder.Root, "data"), seed: 2);
            await run.ExitsWith(1);
            Assert.Contains("paused itself", run.Errors, StringComparison.Ordinal);
            Assert.Contains("is not the data set that the sweep began with", run.Errors, StringComparison.Ordinal);
            Assert.Contains("Go on with:", run.Errors, StringComparison.Ordinal);
        }

        Assert.Single(folder.Journal().OfType<SweepPaused>());
        Assert.Contains(folder.Journal().OfType<LeaseEnded>(), ended => ended.End.Cause == AttemptCause.Data);
        await using (var show = Run.Orchestrator(folder.Root, "sweep", "show", "small"))
        {
            await show.ExitsWith(0);
            Assert.Contains("paused by itself:", show.Output, StringComparison.Ordinal);
        }

        IdxImages.Write(Path.Combine(folder.Root, "data"), seed: 1);
        await CompletesAsync(folder);
    }

    [Fact]
    public async Task A_relative_folder_is_relative_to_the_sweep_file_wherever_the_program_is_started()
    {
        using var folder = new SweepFolder(Idx.Replace("epochs: 60", "epochs: 1", StringComparison.Ordinal));
        var data = Path.Combine(folder.Root, "data");
        IdxImages.Write(data, seed: 1);
        await using (
            var run = Run.Orchestrator("/", "sweep", "run", Path.Combine(folder.Root, "sweep.yaml"), "--data-dir", folder.Data.Root)
        )
            await run.ExitsWith(0);
        Assert.Equal($"idx:{data}", folder.Journal().OfType<SweepSubmitted>().Single().Spec.Dataset);
        await using var kept = Run.Orchestrator(folder.Root, "sweep", "run", folder.Data.SweepFile("small"));
        await kept.ExitsWith(0);
        Assert.Contains("nothing was tried", kept.Errors, StringComparison.Ordinal);
    }

    static async Task<SweepFolder> InterruptedAsync()
    {
        var folder = new SweepFolder(Idx);
        IdxImages.Write(Path.Combine(folder.Root, "data"), seed: 1);
        await using var run = folder.Sweep("--slots", "1");
        await run.Wrote("attempt 1 begins");
        run.Kill();
        return folder;
    }

    static async Task RefusedAsync(SweepFolder folder, string says)
    {
        await using var run = folder.Sweep();
        await run.ExitsWith(2);
        Assert.Contains(says, run.Errors, StringComparison.Ordinal);
        Assert.Contains(Path.Combine(folder.Root, "data"), run.Errors, StringComparison.Ordinal);
    }

    static async Task CompletesAsync(SweepFolder folder)
    {
        await using (var run = folder.Sweep())
            await run.ExitsWith(0);
        Assert.All(
            (await folder.Results()).GetProperty("trials").EnumerateArray(),
            trial => Assert.Equal("completed", trial.GetProperty("evaluation").GetProperty("state").GetString())
        );
        Assert.Empty(folder.Journal().OfType<TrialFailed>());
    }
}
