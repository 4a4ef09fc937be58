using Orchestrator.Sweeps.Domain;

namespace Orchestrator.Sweeps.Tests.Domain;

public sealed class StandingSpecs
{
    [Fact]
    public void The_lowest_validation_stands_first_then_what_has_no_figure_and_what_failed_last()
    {
        Standing[] order =
        [
            new(TrialStatus.Running, 2.25, "0005"),
            new(TrialStatus.Completed, 2.5, "0001"),
            new(TrialStatus.Stopped, 2.5, "0002"),
            new(TrialStatus.Pending, null, "0003"),
            new(TrialStatus.Running, double.NaN, "0004"),
            new(TrialStatus.Failed, 1, "0006"),
            new(TrialStatus.Failed, null, "0007"),
        ];

        Assert.Equal(order, order.Reverse().Order());
        Assert.Equal([true, true, true, false, false, false, false], order.Select(standing => standing.IsRanked));
    }
}
