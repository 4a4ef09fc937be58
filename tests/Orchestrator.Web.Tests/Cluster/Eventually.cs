namespace Orchestrator.Web.Tests.Cluster;

static class Eventually
{
    static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    /// <summary>Asks again until it is true. How long that may take is for the caller to measure; after a minute the test fails.</summary>
    public static async Task TrueAsync(Func<Task<bool>> isIt)
    {
        var began = TimeProvider.System.GetTimestamp();
        using var timer = new PeriodicTimer(Pause);
        while (!await isIt())
        {
            Assert.True(TimeProvider.System.GetElapsedTime(began) < TimeSpan.FromMinutes(1), "still not true after a minute");
            await timer.WaitForNextTickAsync(TestContext.Current.CancellationToken);
        }
    }
}
