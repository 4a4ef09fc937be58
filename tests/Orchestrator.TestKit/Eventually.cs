namespace Orchestrator.TestKit;

/// <summary>Waits for what another process or another part of this one does, where there is nobody to tell us: it looks again.</summary>
public static class Eventually
{
    static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100),
        DefaultPatience = TimeSpan.FromMinutes(2);

    /// <summary>Asks again until it is true. How long that may take is for the caller to measure.</summary>
    /// <param name="patience">After that the test fails; two minutes unless given.</param>
    /// <param name="otherwise">What it then says.</param>
    public static async Task TrueAsync(Func<Task<bool>> isIt, TimeSpan? patience = null, Func<string>? otherwise = null)
    {
        var limit = patience ?? DefaultPatience;
        var began = TimeProvider.System.GetTimestamp();
        using var timer = new PeriodicTimer(Pause);
        while (!await isIt())
        {
            Assert.True(TimeProvider.System.GetElapsedTime(began) < limit, otherwise?.Invoke() ?? $"still not true after {limit}");
            await timer.WaitForNextTickAsync(TestContext.Current.CancellationToken);
        }
    }

    public static Task TrueAsync(Func<bool> isIt, TimeSpan? patience = null, Func<string>? otherwise = null) =>
        TrueAsync(() => Task.FromResult(isIt()), patience, otherwise);
}
