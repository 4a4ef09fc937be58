using Orchestrator.Sweeps.Domain;
using Orchestrator.Sweeps.Progress;

namespace Orchestrator.Sweeps.Tests.Progress;

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
        ];

        var ranked = TrialRanking.Of(order.Reverse(), key => key);
        Assert.Equal(order, ranked.Select(one => one.Trial));
        Assert.Equal([1, 2, 3, null, null, null, null], ranked.Select(one => one.Rank));
    }
}
