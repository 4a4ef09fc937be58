using System.Diagnostics;

namespace Orchestrator.Chaos;

/// <summary>Waits for what another process does: there is nobody to tell us, so we look.</summary>
static class Patience
{
    static readonly TimeSpan Look = TimeSpan.FromMilliseconds(200);

    /// <returns>How long it took; null where it did not happen in time.</returns>
    public static async Task<TimeSpan?> UntilAsync(Func<Task<bool>> happened, TimeSpan limit)
    {
        var began = Stopwatch.GetTimestamp();
        while (true)
        {
            if (await happened())
                return Stopwatch.GetElapsedTime(began);
            if (Stopwatch.GetElapsedTime(began) > limit)
                return null;
            await Task.Delay(Look);
        }
    }
}
