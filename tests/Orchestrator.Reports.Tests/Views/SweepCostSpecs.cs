using Orchestrator.Reports.Views;
using Orchestrator.Sweeps.Tasks;

namespace Orchestrator.Reports.Tests.Views;

public sealed class SweepCostSpecs
{
    static readonly SweepStateBuilder Story = new SweepStateBuilder(
        "s",
        "name: s\n",
        ["base.distribution=gaussian", "replicate=1"],
        ["base.distribution=gaussian", "replicate=2"],
        ["base.distribution=von-mises-fisher", "base.kappa=1.5d", "replicate=1"]
    )
        .Begins(1)
        .Completes(1, 6)
        .Begins(2)
        .Fails(2, new AttemptEnd(AttemptCause.Crash), 2)
        .Begins(3)
        .Completes(3, 4);

    [Fact]
    public void Rows_are_of_bases_nodes_trials_or_values_and_add_up()
    {
        Assert.Equal([("gaussian", 8), ("von-mises-fisher kappa=1.5d", 4)], By("base"));
        Assert.Equal([("node-a", 12)], By("node"));
        Assert.Equal([("0001", 6), ("0002", 2), ("0003", 4)], By("trial"));
        Assert.Equal([("1", 10), ("2", 2)], By("replicate"));
        var all = SweepCost.From(Story.State, null, default).All;
        Assert.Equal(
            (12, 10, 2, 0),
            (all.Total.SlotSeconds, all.Useful.SlotSeconds, all.LostToCrashes.SlotSeconds, all.Evaluation.SlotSeconds)
        );
        Assert.Equal(["base", "node", "trial", "base.distribution", "base.kappa", "replicate"], SweepCost.Groupings(Story.State));
    }

    static IEnumerable<(string, double)> By(string by) =>
        SweepCost.From(Story.State, by, default).Rows.Select(row => (row.Name, row.Total.SlotSeconds));
}
