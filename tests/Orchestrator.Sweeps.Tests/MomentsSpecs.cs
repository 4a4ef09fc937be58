namespace Orchestrator.Sweeps.Tests;

public sealed class MomentsSpecs
{
    [Fact]
    public void The_standard_error_is_the_samples_deviation_over_the_root_of_their_number()
    {
        var moments = Moments.From([1, 2, 6]);
        Assert.Equal((3, 3.0, 14.0), (moments.Count, moments.Mean, moments.SquaredDeviations));
        Assert.Equal(Math.Sqrt(7.0 / 3), moments.StandardError!.Value, 15);
    }

    [Fact]
    public void A_single_value_has_no_standard_error() => Assert.Null(Moments.From([5]).StandardError);
}
