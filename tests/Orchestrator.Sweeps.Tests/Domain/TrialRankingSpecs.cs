using Orchestrator.Sweeps.Domain;

namespace Orchestrator.Sweeps.Tests.Domain;

public sealed class TrialRankingSpecs
{
    [Fact]
    public void The_lowest_validation_stands_first_then_what_has_no_figure_and_what_failed_last()
    {
        RankingKey[] order =
        [
            new(TrialStatus.Running, 2.25, "0005"),
            new(TrialStatus.Completed, 2.5, "0001"),
            new(TrialStatus.Stopped, 2.5, "0002"),
            new(TrialStatus.Pending, null, "0003"),
            new(TrialStatus.Running, double.NaN, "0004"),
            new(TrialStatus.Failed, 1, "0006"),
            new(TrialStatus.Failed, null, "0007"),
            new(TrialStatus.Completed, 1, "0008") { IsDropped = true },
        ];

        var ranked = TrialRanking.Of(order.Reverse(), key => key);
        Assert.Equal(order, ranked.Select(one => one.Trial));
        Assert.Equal([1, 2, 3, null, null, null, null, null], ranked.Select(one => one.Rank));
    }

    [Fact]
    public void What_was_not_trained_to_its_end_leads_until_something_is()
    {
        List<RankingKey> trials =
        [
            new(TrialStatus.Pruned, 2.0, "0001"),
            new(TrialStatus.Paused, 2.1, "0002"),
            new(TrialStatus.Running, 2.2, "0003"),
            new(TrialStatus.Completed, double.NaN, "0004"),
        ];
        Assert.Equal(["0001", "0002", "0003", "0004"], Order(trials));

        trials.Add(new(TrialStatus.Completed, 2.5, "0005"));
        trials.Add(new(TrialStatus.Failed, 1, "0006"));
        Assert.Equal(["0003", "0005", "0004", "0001", "0002", "0006"], Order(trials));

        static IEnumerable<string> Order(IEnumerable<RankingKey> keys) => TrialRanking.Of(keys, key => key).Select(one => one.Trial.Trial);
    }
}
