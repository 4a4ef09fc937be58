using Orchestrator.Reports.Views;
using Orchestrator.Sweeps.Domain;

namespace Orchestrator.Reports.Tests.Views;

public sealed class SweepComparisonSpecs
{
    const string Bases = "base: [{ distribution: gaussian }, { distribution: dirichlet, alpha: 2 }]";

    [Fact]
    public void Differences_are_of_pairs_and_have_intervals()
    {
        var first = Sweep("a", $"{Bases}, replicate: [1, 2, 3]", 3.0, 3.2, 3.4, 2.0, 2.5, 3.0);
        // One rate more, of which pairs take the mean; in another order.
        var second = Sweep("b", $"replicate: [1, 2, 3], {Bases}", 3.1, 3.3, 3.5, 2.5, 3.5, 3.0);
        var all = SweepComparison.From(first, second, null);
        Assert.Equal(["base.alpha", "base.distribution", "replicate"], all.PairedBy.Order(StringComparer.Ordinal));
        Assert.Empty(all.Warnings);
        Assert.Equal(6, Test(all, "").Pairs);

        var byBase = SweepComparison.From(first, second, "base.distribution");
        Assert.Equal(["dirichlet", "gaussian"], byBase.Groups.Select(group => group.Name));
        // The same difference each time has no width.
        var gaussian = Test(byBase, "gaussian");
        Assert.Equal((3, 3.2, 3.3), (gaussian.Pairs, Math.Round(gaussian.First!.Value, 9), Math.Round(gaussian.Second!.Value, 9)));
        Assert.Equal((0.1, 0.1, 0.1), (gaussian.Difference!.Value, gaussian.Low!.Value, gaussian.High!.Value), Close);
        // Of 0.5, 1 and 0: mean 0.5, standard deviation 0.5, and t of 2 degrees of freedom is 4.302653.
        var dirichlet = Test(byBase, "dirichlet");
        Assert.Equal(
            (0.5, 0.5 - 4.302652730 * 0.5 / Math.Sqrt(3), 0.5 + 4.302652730 * 0.5 / Math.Sqrt(3)),
            (dirichlet.Difference!.Value, dirichlet.Low!.Value, dirichlet.High!.Value),
            Close
        );
    }

    [Fact]
    public void What_only_one_sweep_varies_is_averaged_and_what_has_no_pair_is_left_out()
    {
        var first = Sweep("a", "replicate: [1, 2]", 3.0, 4.0);
        var second = Sweep("b", "training.learning_rate: [0.1, 0.2], replicate: [2, 3]", 5.0, 9.0, 6.0, 9.0);
        var test = Test(SweepComparison.From(first, second, null), "");
        Assert.Equal((1, 4.0, 5.5, 1.5), (test.Pairs, test.First, test.Second, test.Difference));
        Assert.Null(test.Low);
    }

    [Fact]
    public void What_is_not_alike_is_said()
    {
        var first = Sweep("a", "replicate: [1]", 3.0);
        var second = Sweep("b", "replicate: [1], training.ema: [0.5]\ntrial: { training: { epochs: 20 } }\nseed: 3", 3.0);
        Assert.Equal(
            ["epochs: 10 in a, 20 in b", "seed: 0 and 3: pairs of one replicate share no random numbers, and intervals are wider"],
            SweepComparison.From(first, second, null).Warnings
        );
        Assert.Equal("by: expected one of base, not 'flow.steps'", SweepComparison.Fault(first, second, "flow.steps"));
    }

    static readonly IEqualityComparer<(double, double, double)> Close = EqualityComparer<(double, double, double)>.Create(
        (a, b) => Math.Abs(a.Item1 - b.Item1) < 1e-6 && Math.Abs(a.Item2 - b.Item2) < 1e-6 && Math.Abs(a.Item3 - b.Item3) < 1e-6
    );

    static PairedDifference Test(SweepComparison comparison, string group) =>
        Assert.Single(Assert.Single(comparison.Groups, one => one.Name == group).Figures, figure => figure.Figure == "test_bits_per_dim");

    /// <param name="bits">Of each trial, in the order of the grid.</param>
    static SweepState Sweep(string name, string parameters, params double[] bits)
    {
        var (inside, more) = parameters.IndexOf('\n', StringComparison.Ordinal) is > 0 and var at
            ? (parameters[..at], parameters[at..])
            : (parameters, "");
        var story = SweepStateBuilder.Of($"name: {name}\ndataset: digits\nparameters: {{ {inside} }}{more}\n");
        for (var trial = 1; trial <= bits.Length; trial++)
            story.Succeeds(trial, bits[trial - 1]);
        return story.State;
    }
}
