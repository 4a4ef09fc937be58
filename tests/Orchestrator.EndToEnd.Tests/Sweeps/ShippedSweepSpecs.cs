using Orchestrator.Sweeps.Search;
using Orchestrator.Sweeps.Specs;
using Orchestrator.Sweeps.SweepFiles;

namespace Orchestrator.EndToEnd.Tests.Sweeps;

/// <summary>The sweep files that ship: not all of them run on every machine, but each is one.</summary>
public sealed class ShippedSweepSpecs
{
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
