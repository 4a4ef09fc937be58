using System.Globalization;
using System.Text.Json;
using Orchestrator.EndToEnd.Tests.Running;
using Orchestrator.Sweeps.Domain;

namespace Orchestrator.EndToEnd.Tests.Sweeps;

/// <summary>A sweep file that is changed after the sweep ran, and while it runs.</summary>
public sealed class ApplySpecs(DigitsFeatures features)
{
    static string Epochs(int epochs) =>
        SweepFolder.Small.Replace("epochs: 30", string.Create(CultureInfo.InvariantCulture, $"epochs: {epochs}"), StringComparison.Ordinal);

    static readonly string Wider = Epochs(4)
        .Replace(
            "    - { distribution: gaussian }\n",
            "    - { distribution: gaussian }\n    - { distribution: dirichlet, alpha: 2 }\n",
            StringComparison.Ordinal
        );

    [Fact]
    public async Task A_sweep_of_two_epochs_that_is_changed_to_four_ends_with_the_bytes_of_one_of_four()
    {
        using var folder = await features.FolderAsync(Epochs(2));
        await using (var first = folder.Sweep())
            await first.ExitsWith(0);
        Write(folder, Epochs(4));
        await using (var refused = folder.Sweep())
        {
            await refused.ExitsWith(2);
            Assert.Contains("would keep 0 trials, continue 2, add 0, drop 0", refused.Errors, StringComparison.Ordinal);
            Assert.Contains("orchestrator sweep apply", refused.Errors, StringComparison.Ordinal);
        }

        // The same by a fork, which has the trial's name and its own.
        await using (
            var fork = Run.Orchestrator(folder.Root, "sweep", "fork", "small", "1", "--name", "more", "--set", "training.epochs=4")
        )
            await fork.ExitsWith(0);
        await using (var tree = Run.Orchestrator(folder.Root, "sweep", "tree"))
        {
            await tree.ExitsWith(0);
            Assert.Contains("small  completed\n  more  completed  from trial 0001, epoch 2\n", tree.Output, StringComparison.Ordinal);
        }

        var events = folder.Journal().Count;
        Assert.Contains("continued      2  0001 0002", await Apply(folder, 0, "--dry-run"), StringComparison.Ordinal);
        // Nobody can be asked.
        await Apply(folder, 2);
        Assert.Equal(events, folder.Journal().Count);
        await Apply(folder, 0, "--yes");
        var hashes = await folder.Hashes();
        Assert.Contains("there is nothing to do", await Apply(folder, 0, "--yes"), StringComparison.Ordinal);
        Assert.Equal(
            [1, 2, 3, 4],
            folder.Journal().OfType<EpochReported>().Where(fact => fact.Trial == 1).Select(fact => fact.Report.Epoch)
        );

        using var whole = await features.FolderAsync(Epochs(4));
        await using (var run = whole.Sweep())
            await run.ExitsWith(0);
        Assert.Equal(await whole.Hashes(), hashes);
        Assert.Equal(hashes[0], folder.Journal("more").OfType<CheckpointReported>().Last().Checkpoint.Sha256);

        // Another value is all that is trained.
        Write(folder, Wider);
        var plan = JsonDocument.Parse(await Apply(folder, 0, "--dry-run", "--json")).RootElement;
        Assert.Equal(
            (2, 1, 4),
            (plan.GetProperty("kept").GetArrayLength(), plan.GetProperty("new").GetInt32(), plan.GetProperty("epochs").GetInt32())
        );
        await Apply(folder, 0, "-y");
        Assert.Equal(hashes, (await folder.Hashes())[..2]);
        await using var replay = Run.Orchestrator(folder.Root, "sweep", "replay", "small");
        await replay.ExitsWith(0);
    }

    [Fact]
    public async Task What_a_running_cluster_is_asked_to_change_leaves_at_a_checkpoint_and_goes_on()
    {
        using var folder = new SweepFolder(Epochs(100_000));
        var place = new OneNode(folder);
        await using var node = await place.StartAsync(slots: 2, "--lease", "9");
        await place.SayAsync("submit", "sweep.yaml");
        await using var log = Run.Orchestrator(folder.Root, "sweep", "logs", "small", "0002", "-f", "--server", place.Server);
        await log.Wrote("epoch 1:");

        // Gaussian goes, von Mises-Fisher stays, and is to train for longer.
        Write(folder, Epochs(200_000).Replace("    - { distribution: gaussian }\n", "", StringComparison.Ordinal));
        var plan = await Apply(folder, 0, "--dry-run", "--server", place.Server);
        Assert.Contains("dropped        1  0001", plan, StringComparison.Ordinal);
        Assert.Contains("continued      1  0002", plan, StringComparison.Ordinal);
        Assert.Contains("small: changed", await Apply(folder, 0, "--yes", "--server", place.Server), StringComparison.Ordinal);
        await log.Wrote("attempt 2 begins");
        await place.SayAsync("stop", "small");
        await log.ExitsWith(0);
        Assert.Equal(1, folder.Journal().OfType<LeaseGranted>().Count(fact => fact.Trial == 1));

        Write(folder, Epochs(200_000).Replace("seed: 3", "seed: 4", StringComparison.Ordinal));
        Assert.Contains("seed: 3 → 4", await Apply(folder, 2, "--yes", "--server", place.Server), StringComparison.Ordinal);
    }

    static void Write(SweepFolder folder, string yaml) => File.WriteAllText(Path.Combine(folder.Root, "sweep.yaml"), yaml);

    static async Task<string> Apply(SweepFolder folder, int code, params string[] more)
    {
        await using var run = Run.Orchestrator(folder.Root, ["sweep", "apply", "sweep.yaml", .. more]);
        await run.ExitsWith(code);
        return run.Output;
    }
}
