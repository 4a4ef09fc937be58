using Microsoft.Extensions.Time.Testing;
using Orchestrator.Sweeps.Tasks;
using Orchestrator.Training.Trials;

namespace Orchestrator.Training.Tests.Trials;

public sealed class StepWatchSpecs
{
    readonly FakeTimeProvider time = new();
    readonly List<string> told = [];

    [Fact]
    public void Silence_is_told_after_a_minute_and_then_ever_more_rarely()
    {
        using var watch = Watch();
        Pass(seconds: 59);
        Assert.Empty(told);
        Pass(seconds: 1);
        Assert.StartsWith("no step of training for 1 min, after step 7: ", Assert.Single(told), StringComparison.Ordinal);
        Pass(seconds: 60 * 60);
        Assert.Equal(["1", "2", "4", "8", "16", "32"], told.Select(line => line.Split(' ')[5]));
    }

    [Fact]
    public void A_step_in_time_keeps_it_silent_and_a_pause_counts_for_nothing()
    {
        using var watch = Watch();
        for (var step = 8; step < 20; step++)
        {
            Pass(seconds: 50);
            watch.Restart(step);
        }

        watch.Pause();
        Pass(seconds: 1000);
        Assert.Empty(told);
        watch.Restart(20);
        Pass(seconds: 60);
        Assert.Contains("after step 20", Assert.Single(told), StringComparison.Ordinal);
    }

    [Fact]
    public void After_the_end_nothing_is_told()
    {
        Watch().Dispose();
        Pass(seconds: 1000);
        Assert.Empty(told);
    }

    StepWatch Watch() => new(message => told.Add(Assert.IsType<ProcessMessage.Warning>(message).Message), time, step: 7);

    // A timer that is set again while time leaps is set from where it lands.
    void Pass(int seconds)
    {
        for (; seconds > 0; seconds--)
            time.Advance(TimeSpan.FromSeconds(1));
    }
}
