namespace Orchestrator.Evaluation.Tests;

static class Near
{
    /// <summary>Within <paramref name="relative"/> of the expected value; where 0 is expected, within that much of 0.</summary>
    public static void To(double expected, double actual, double relative)
    {
        var allowed = relative * (expected == 0 ? 1 : Math.Abs(expected));
        Assert.True(
            Math.Abs(actual - expected) <= allowed,
            $"{actual:R} is not within {allowed:R} of {expected:R}: off by {actual - expected:R}"
        );
    }
}
