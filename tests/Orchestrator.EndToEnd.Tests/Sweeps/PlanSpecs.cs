using System.Text.Json;
using Orchestrator.EndToEnd.Tests.Running;
using Orchestrator.Sweeps.Domain;

namespace Orchestrator.EndToEnd.Tests.Sweeps;

/// <summary>What a sweep will take, said before it begins.</summary>
public sealed class PlanSpecs
{
    const string Tiny = """
        name: tiny
        dataset: digits
        trial:
          flow: { architecture: glow, levels: 1, steps: 1 }
          training: { epochs: 4, batch_size: 256 }
        parameters: { flow.hidden: [8, 12, 16] }
        scheduler: { algorithm: asha, reduction: 2 }
        evaluation: { when: best 1, samples: 60, kid: { subsets: 2, subset_size: 50 }, interpolation: { pairs: 4, points: 3 } }
        """;

    [Fact]
    public async Task A_plan_is_made_from_a_few_steps_and_once_the_sweep_has_run_from_its_epochs()
    {
        using var folder = new SweepFolder(Tiny);
        var before = await Plan(folder);

        Assert.Equal((3, 3, 2), (Int(before, "plan", "trials"), Int(before, "flows"), Int(before, "plan", "slots")));
        Assert.Equal(12, Int(before, "plan", "epochs_without"));
        Assert.Equal([1, 2, 4], before.GetProperty("plan").GetProperty("rungs").EnumerateArray().Select(rung => Int(rung, "level")));
        Assert.True(Int(before, "most_parameters") > Int(before, "fewest_parameters"));
        Assert.False(before.GetProperty("is_measured").GetBoolean());
        Assert.True(before.GetProperty("seconds_per_epoch").GetDouble() > 0);
        Assert.Equal(["sweep.yaml"], Directory.EnumerateFileSystemEntries(folder.Root).Select(Path.GetFileName));

        await using (var sweep = folder.Sweep("--slots", "2"))
            await sweep.ExitsWith(0);
        var trained = folder.Journal("tiny").OfType<CheckpointReported>().Last();
        var after = await Plan(folder);

        // One trial of each size ran at least an epoch.
        Assert.True(after.GetProperty("is_measured").GetBoolean());
        Assert.InRange(trained.Checkpoint.Bytes, 16L * Int(after, "fewest_parameters"), 16L * Int(after, "most_parameters") + 100_000);
        await using var words = Run.Orchestrator(folder.Root, "sweep", "plan", "sweep.yaml", "--slots", "2");
        await words.ExitsWith(0);
        Assert.Contains("trials       3, 2 at once", words.Output, StringComparison.Ordinal);
        Assert.Contains("measured in the data folder", words.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_dry_run_builds_and_steps_and_leaves_nothing()
    {
        using var folder = new SweepFolder(Tiny);
        await using var run = folder.Sweep("--dry-run");
        await run.ExitsWith(0);

        Assert.Contains("tiny: 3 distinct flows built", run.Output, StringComparison.Ordinal);
        Assert.Contains("the smallest: ", run.Output, StringComparison.Ordinal);
        Assert.Contains("the largest: ", run.Output, StringComparison.Ordinal);
        Assert.Equal(["sweep.yaml"], Directory.EnumerateFileSystemEntries(folder.Root).Select(Path.GetFileName));
    }

    [Fact]
    public async Task What_no_trial_could_do_is_found_by_a_dry_run()
    {
        using var folder = new SweepFolder(Tiny.Replace("batch_size: 256", "batch_size: 100000", StringComparison.Ordinal));
        await using var run = folder.Sweep("--dry-run");
        await run.ExitsWith(2);

        Assert.Contains("training.batch_size", run.Errors, StringComparison.Ordinal);
    }

    static async Task<JsonElement> Plan(SweepFolder folder)
    {
        await using var run = Run.Orchestrator(folder.Root, "sweep", "plan", "sweep.yaml", "--slots", "2", "--json");
        await run.ExitsWith(0);
        return JsonDocument.Parse(run.Output).RootElement;
    }

    static int Int(JsonElement json, params string[] path) => path.Aggregate(json, (inner, key) => inner.GetProperty(key)).GetInt32();
}
