using Orchestrator.Reports.Views;
using Orchestrator.Sweeps.Domain;
using Orchestrator.Sweeps.Tasks;

namespace Orchestrator.Reports.Tests.Views;

public sealed class PrunePlanSpecs
{
    static readonly DateTimeOffset Now = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    // Of each sweep two trials of 10 bytes, of which the second is the better one.
    static readonly SweepState Old = Ended("old", days: 40),
        New = Ended("new", days: 10),
        Runs = Sweep("runs");

    [Fact]
    public void Of_sweeps_that_ended_long_enough_ago_all_but_the_best_goes()
    {
        var plan = PrunePlan.Of([Runs, New, Old], Now, TimeSpan.FromDays(30), null, isBestToo: false);
        Assert.Equal([new PruneRow("old", SweepStatus.Completed, Now.AddDays(-40), 1, 10, 10)], plan.Sweeps);
        Assert.Equal((10, 50), (plan.FreedBytes, plan.LeftBytes));
        Assert.Equal(20, PrunePlan.Of([Runs, New, Old], Now, TimeSpan.FromDays(30), null, isBestToo: true).FreedBytes);
        Assert.Empty(PrunePlan.Of([Runs, New, Old], Now, TimeSpan.FromDays(41), null, isBestToo: true).Sweeps);
    }

    [Theory]
    [InlineData(60, "")]
    [InlineData(55, "old")]
    [InlineData(50, "old")]
    [InlineData(45, "old new")]
    [InlineData(0, "old new")]
    public void Those_that_ended_first_go_first_until_no_more_than_is_allowed_is_left(long keep, string gone)
    {
        var plan = PrunePlan.Of([Runs, New, Old], Now, null, keep, isBestToo: false);
        Assert.Equal(gone, string.Join(' ', plan.Sweeps.Select(row => row.Id)));
        Assert.Equal(60 - plan.FreedBytes, plan.LeftBytes);
    }

    [Fact]
    public void What_another_sweep_goes_on_from_stays()
    {
        var lent = SweepState.Apply(Old, new CheckpointLent(1, "fork") { At = Now });
        Assert.Empty(PrunePlan.Of([lent], Now, null, 0, isBestToo: false).Sweeps);
        Assert.Equal(1, PrunePlan.Of([lent], Now, null, 0, isBestToo: true).Sweeps.Single().Trials);
        var fork = Sweep("fork");
        fork = SweepState.Apply(
            SweepState.Apply(null, new SweepSubmitted(fork.Spec with { Fork = new("old", 1) }, "") { At = Now }),
            new ForkRecorded(new("old", 1, Old.Trial(1).Checkpoint!)) { At = Now }
        );
        Assert.Empty(PrunePlan.Of([Old, fork], Now, null, 0, isBestToo: false).Sweeps);
        Assert.Equal(1, PrunePlan.Of([Old], Now, null, 0, isBestToo: false).Sweeps.Single().Trials);
        Assert.Contains(
            "fork was forked from it",
            DeletionPlan.From(Old, [Old, fork], isAttended: false).Refusal,
            StringComparison.Ordinal
        );
        Assert.Null(DeletionPlan.From(Old, [Old, New]).Refusal);
        Assert.Contains("running: pause or stop it first", DeletionPlan.From(Runs, []).Refusal, StringComparison.Ordinal);
        Assert.Null(DeletionPlan.From(Runs, [], isAttended: false).Refusal);
    }

    static SweepState Sweep(string name) =>
        new SweepStateBuilder(name, "", ["replicate=1"], ["replicate=2"])
            .Begins(1)
            .Learns(1, 3)
            .Saves(1, new CheckpointInfo("/c", "00", 1, 10, true, 10))
            .Completes(1, 1)
            .Begins(2)
            .Learns(2, 2)
            .Saves(2, new CheckpointInfo("/c", "00", 1, 10, true, 10))
            .Completes(2, 1)
            .State;

    static SweepState Ended(string name, int days) =>
        SweepState.Apply(Sweep(name), new SweepEnded(SweepStatus.Completed) { At = Now.AddDays(-days) });
}
