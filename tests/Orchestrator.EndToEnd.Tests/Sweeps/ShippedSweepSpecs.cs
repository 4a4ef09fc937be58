using Orchestrator.EndToEnd.Tests.Running;
using Orchestrator.Sweeps.Search;
using Orchestrator.Sweeps.Specs;
using Orchestrator.Sweeps.SweepFiles;

namespace Orchestrator.EndToEnd.Tests.Sweeps;

/// <summary>The sweep files that ship: not all of them run on every machine, but each is one.</summary>
public sealed class ShippedSweepSpecs(DigitsFeatures features)
{
    [Fact]
    public async Task The_sweep_that_decides_early_does_and_tells_its_rungs_wherever_one_looks()
    {
        var text = await File.ReadAllTextAsync(Checkout.File("sweeps/asha-digits.yaml"), TestContext.Current.CancellationToken);
        using var folder = await features.FolderAsync(text);
        await using (var run = folder.Sweep("--no-progress"))
        {
            await run.ExitsWith(0);
            Assert.Contains("sweep asha-digits: 12 trials, 12 to go", run.Errors, StringComparison.Ordinal);
            Assert.Contains("paused at epoch 1, waits for a promotion", run.Errors, StringComparison.Ordinal);
            Assert.Contains("pruned at epoch 1", run.Output, StringComparison.Ordinal);
            Assert.Matches(@"rungs +epochs +arrived +waiting +survived +best +of\n +1 +12 +0 +\d", run.Output);
        }

        var (csv, show) = (Path.Combine(folder.Root, "rungs.csv"), await Look("show", "asha-digits"));
        Assert.Matches(@"trials +12: 0 pending, 0 running, \d completed, 0 failed, 0 stopped, \d+ pruned\n", show);
        Assert.Matches(@"evaluations  0 pending, 0 running, 2 completed", show);
        Assert.Matches(@"epochs +(\d+) of \1\n", show);
        Assert.Contains("Pareto front 00", show, StringComparison.Ordinal);
        await Look("export", "asha-digits", "--rungs", "--to", csv);
        Assert.Equal(4, (await File.ReadAllLinesAsync(csv, TestContext.Current.CancellationToken)).Length);
        var report = await File.ReadAllTextAsync(folder.Data.Report("asha-digits"), TestContext.Current.CancellationToken);
        Assert.Contains("pruned by the scheduler", report, StringComparison.Ordinal);
        Assert.Contains("aria-labelledby=\"rungs\"", report, StringComparison.Ordinal);

        // Which of the checkpoints are whose was in the journal alone.
        foreach (var journal in Directory.EnumerateFiles(folder.Data.Root, Path.GetFileName(folder.Data.Journal) + "*"))
            File.Delete(journal);
        await using var unknown = folder.Sweep();
        await unknown.ExitsWith(2);
        Assert.Contains("to be drawn and compared again", unknown.Errors, StringComparison.Ordinal);

        async Task<string> Look(params string[] what)
        {
            await using var look = Run.Orchestrator(folder.Root, ["sweep", .. what]);
            await look.ExitsWith(0);
            return look.Output;
        }
    }

    [Theory]
    [InlineData("digits", 6)]
    [InlineData("asha-digits", 12)]
    [InlineData("fashion-mnist", 3)]
    [InlineData("paper-fashion-mnist", 10)]
    [InlineData("paper-cifar10", 15)]
    public void A_shipped_sweep_file_is_understood(string name, int trials)
    {
        var file = Path.Combine(Checkout.Repository, "sweeps", name + ".yaml");
        var spec = SweepFile.Parse(File.ReadAllText(file), file);
        Assert.Equal(name, spec.Name);
        Assert.Equal(trials, spec.Search.Trials ?? GridSearch.Enumerate(spec).Count());
    }

    [Fact]
    public void The_bases_of_an_experiment_differ_in_nothing_else()
    {
        foreach (var name in new[] { "paper-fashion-mnist", "paper-cifar10" })
        {
            var spec = SweepFile.Parse(File.ReadAllText(Path.Combine(Checkout.Repository, "sweeps", name + ".yaml")), name);
            Assert.Equal(
                ["base.alpha", "base.distribution", "base.kappa", SearchSpace.Replicate],
                GridSearch.Enumerate(spec).SelectMany(assignment => assignment.Keys).Distinct().Order(StringComparer.Ordinal)
            );
        }
    }
}
