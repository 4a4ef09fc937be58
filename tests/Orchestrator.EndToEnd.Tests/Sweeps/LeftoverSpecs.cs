using Orchestrator.EndToEnd.Tests.Running;

namespace Orchestrator.EndToEnd.Tests.Sweeps;

/// <summary>Checkpoints under a sweep's name that its journal does not know.</summary>
public sealed class LeftoverSpecs(DigitsFeatures features)
{
    static readonly string Quick = SweepFolder.Small.Replace("epochs: 30", "epochs: 1", StringComparison.Ordinal);

    [Fact]
    public async Task Those_of_another_spec_are_refused_with_what_differs_and_those_of_this_one_are_gone_on_from()
    {
        using var folder = await features.FolderAsync(Quick);
        await using (var first = folder.Sweep())
            await first.ExitsWith(0);
        foreach (var file in Directory.GetFiles(folder.Data.Root, "journal*"))
            File.Delete(file);
        var kept = await File.ReadAllTextAsync(folder.Data.SweepFile("small"), TestContext.Current.CancellationToken);

        await Refused(kept, ("epochs: 1,", "epochs: 2,"), "trial.training.epochs: 1 → 2");
        await Refused(kept, ("seed: 3", "seed: 4"), "seed: 3 → 4");
        await Refused(kept, ("dataset: digits", $"dataset: idx:{Images()}"), "dataset: digits → idx:");
        // Without a kept file, or with one that cannot be read, the checkpoints say it.
        await Refused(null, ("seed: 3", "seed: 4"), "seed of the trial: ");
        await Refused("garbage: [", ("learning_rate: 1.0e-3", "learning_rate: 2.0e-3"), "training.learning_rate: 0.001 → 0.002");
        await Refused(null, ("    - { distribution: gaussian }\n", ""), "trials: at least 2 → 1");
        await Refused(null, ("hidden: 16", "hidden: 8, coupling: spline"), "flow.coupling: affine → spline");

        await File.WriteAllTextAsync(folder.Data.SweepFile("small"), kept, TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(Path.Combine(folder.Root, "sweep.yaml"), Quick, TestContext.Current.CancellationToken);
        await using var same = folder.Sweep();
        await same.ExitsWith(0);
        Assert.Contains("holds checkpoints of this very sweep", same.Errors, StringComparison.Ordinal);

        async Task Refused(string? keptFile, (string Old, string New) edit, string difference)
        {
            File.Delete(folder.Data.SweepFile("small"));
            if (keptFile is not null)
                await File.WriteAllTextAsync(folder.Data.SweepFile("small"), keptFile, TestContext.Current.CancellationToken);
            await File.WriteAllTextAsync(
                Path.Combine(folder.Root, "sweep.yaml"),
                Quick.Replace(edit.Old, edit.New, StringComparison.Ordinal),
                TestContext.Current.CancellationToken
            );
            await using var run = folder.Sweep();
            await run.ExitsWith(2);
            Assert.Contains(difference, run.Errors, StringComparison.Ordinal);
            Assert.Contains(folder.Data.Sweep("small"), run.Errors, StringComparison.Ordinal);
            Assert.DoesNotContain("TrialSpec", run.Errors, StringComparison.Ordinal);
            Assert.False(File.Exists(folder.Data.Journal));
        }

        string Images()
        {
            var images = Path.Combine(folder.Root, "images");
            IdxImages.Write(images, seed: 1);
            return images;
        }
    }

    [Fact]
    public async Task A_folder_in_which_nothing_was_trained_is_in_nobodys_way()
    {
        using var folder = await features.FolderAsync(Quick);
        Directory.CreateDirectory(folder.Data.Attempt("small", 1, 1));
        await File.WriteAllTextAsync(
            folder.Data.SweepFile("small"),
            Quick.Replace("seed: 3", "seed: 4", StringComparison.Ordinal),
            TestContext.Current.CancellationToken
        );
        await using var run = folder.Sweep();
        await run.ExitsWith(0);
    }
}
