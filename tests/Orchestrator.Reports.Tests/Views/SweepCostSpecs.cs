using Orchestrator.Reports.Views;
using Orchestrator.Sweeps.Domain;
using Orchestrator.Sweeps.Specs;
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
        Assert.Equal([("0001 attempt  1: done", 6), ("0002 attempt  1: crash", 2), ("0003 attempt  1: done", 4)], By("attempt"));
        var all = SweepCost.From(Story.State, null, default).All;
        Assert.Equal(
            (12, 10, 2, 0),
            (all.Total.SlotSeconds, all.Useful.SlotSeconds, all.LostToCrashes.SlotSeconds, all.Evaluation.SlotSeconds)
        );
        Assert.Equal(
            ["base", "node", "trial", "attempt", "base.distribution", "base.kappa", "replicate"],
            SweepCost.Groupings(Story.State)
        );
    }

    [Fact]
    public void All_sweeps_are_told_by_sweep_token_or_base()
    {
        var mine = Story.State with { Spec = Story.State.Spec with { Name = "mine" } };
        SweepState[] all = [mine, Submitted("alice"), Submitted("alice"), Submitted("bob")];

        Assert.Equal([("mine", 12), ("s", 9)], Of("sweep"));
        Assert.Equal([("(none)", 12), ("alice", 6), ("bob", 3)], Of("token"));
        Assert.Equal([("gaussian", 17), ("von-mises-fisher kappa=1.5d", 4)], Of("base"));
        Assert.Equal(21, SweepCost.OfAll(all, null, default).All.Total.SlotSeconds);
        var use = TokenUses.From(all, new Dictionary<string, TokenQuota> { ["carol"] = new(1, null, null) }, default).Tokens;
        Assert.Equal(
            [("alice", 2, 6.0, null), ("bob", 1, 3.0, null), ("carol", 0, 0.0, 1)],
            use.Select(one => (one.Token, one.Sweeps, one.Used.SlotSeconds, one.Quota?.Slots))
        );

        IEnumerable<(string, double)> Of(string by) =>
            SweepCost.OfAll(all, by, default).Rows.Select(row => (row.Name, row.Total.SlotSeconds));

        static SweepState Submitted(string by) =>
            new SweepStateBuilder("s", "name: s\n", ["base.distribution=gaussian"]).SubmittedBy(by).Begins(1).Completes(1, 3).State;
    }

    static IEnumerable<(string, double)> By(string by) =>
        SweepCost.From(Story.State, by, default).Rows.Select(row => (row.Name, row.Total.SlotSeconds));
}
