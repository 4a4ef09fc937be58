using Orchestrator.Reports.Views;
using Orchestrator.Sweeps.Domain;
using Orchestrator.Sweeps.Specs;
using Orchestrator.Sweeps.Tasks;

namespace Orchestrator.Reports.Tests.Views;

/// <summary>Why trials wait. The builder's trials have ten epochs, and each takes two seconds.</summary>
public sealed class SweepWhySpecs
{
    static readonly DateTimeOffset At = new(2026, 3, 1, 10, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Nothing_waits_where_the_sweep_is_over_paused_or_has_begun_all()
    {
        Assert.Equal(["no node has a free slot that asked for work: orchestrator node list shows them"], Why(Story).Because);
        Assert.Equal(["the sweep is paused: sweep resume goes on"], Why(Story.Tell(new SweepPaused(Because: null) { At = At })).Because);
        var fault = new AttemptEnd(AttemptCause.BadSpec, "flow.levels: too many");
        Assert.StartsWith("the sweep paused itself: all trials", Why(Story.Tell(new SweepPaused(fault) { At = At })).Because[0]);
        Assert.Equal(["trials need a GPU"], Why(Story.Tell(new WaitNoted("trials need a GPU") { At = At })).Because);
        Assert.Equal(
            "token alice has used 40 of 40 GPU-hours; the sweep goes on once orchestrator token quota gives it more",
            Why(Story.Tell(new QuotaNoted("token alice has used 40 of 40 GPU-hours") { At = At })).Because.Single()
        );
        Assert.Equal(["no trial waits for a slot"], Why(Story.Begins(1).Begins(2).Begins(3)).Because);
        var over = Why(Story.Stops(1).Stops(2).Stops(3).IsOver(SweepStatus.Stopped));
        Assert.Equal((0, 0, "the sweep is over: stopped"), (over.Waiting, over.Running, over.Because.Single()));
    }

    [Fact]
    public void Its_own_bound_and_the_sweeps_beside_it_are_named()
    {
        var story = Story.Begins(1).Learns(1, 4, 3);
        var bound = Why(Story.Begins(1).Learns(1, 4, 3).Tell(new ShareChanged(new SweepShare(0, 1, 1)) { At = At }));
        Assert.Equal(
            (2, 1, "it trains in the 1 slot that it may have (share.max_slots)"),
            (bound.Waiting, bound.Running, bound.Because.Single())
        );
        Assert.NotNull(bound.StartsInSeconds);

        Assert.Equal(["its own trials train in 1 slot"], Why(story).Because);
        Assert.Equal(
            [
                "sweep high trains in 1 slot and goes first (priority 2)",
                "sweep same trains in 1 slot by a weight of 4 to 1",
                "sweep low trains in 1 slot and makes way (priority -1): a trial leaves once it has checkpointed",
                "its own trials train in 1 slot",
            ],
            Why(story, Other("low", -1, 1), Other("same", 0, 4), Other("high", 2, 1)).Because
        );
    }

    [Fact]
    public void The_slots_of_its_token_are_those_of_all_its_sweeps()
    {
        Assert.Equal(
            ["token alice trains in the 1 slot that it may have, of all its sweeps together (its quota)"],
            Why(Alice(), Quotas(1), Other("another", 0, 1) with { SubmittedBy = "alice" }).Because
        );
        Assert.StartsWith("sweep another trains", Why(Alice(), Quotas(2), Other("another", 0, 1)).Because[0], StringComparison.Ordinal);

        static SweepStateBuilder Alice() => Story.SubmittedBy("alice");
    }

    [Fact]
    public void The_next_slot_is_free_when_the_first_of_all_that_train_ends_unless_another_sweep_goes_first()
    {
        var story = Story.Begins(1).Learns(1, 4, 3);
        var own = Why(story).StartsInSeconds!.Value;
        Assert.InRange(own, 1, 20);
        Assert.Equal(own, Why(story, Other("same", 0, 1)).StartsInSeconds);
        Assert.Null(Why(story, Other("high", 1, 1)).StartsInSeconds);
    }

    static SweepStateBuilder Story =>
        new(
            trials:
            [
                [],
                [],
                [],
            ]
        );

    static SweepState Other(string name, int priority, double weight)
    {
        var state = new SweepStateBuilder(
            trials:
            [
                [],
                [],
            ]
        ).Begins(1).Tell(new ShareChanged(new SweepShare(priority, weight, null)) { At = At }).State;
        return state with { Spec = state.Spec with { Name = name } };
    }

    static SweepWhy Why(SweepStateBuilder story, params SweepState[] others) => Why(story, Quotas(null), others);

    static SweepWhy Why(SweepStateBuilder story, IReadOnlyDictionary<string, TokenQuota> quotas, params SweepState[] others) =>
        SweepWhy.From(story.State, [.. others, story.State], quotas, At);

    static Dictionary<string, TokenQuota> Quotas(int? slots) => new() { ["alice"] = new TokenQuota(slots, null, null) };
}
