using System.Globalization;
using Orchestrator.Sweeps.Tasks;

namespace Orchestrator.Training.Trials;

/// <summary>Tells, ever more rarely, that no step of training was made for long: a process that will never make one looks like one that
/// trains.</summary>
sealed class StepWatch : IDisposable
{
    static readonly TimeSpan First = TimeSpan.FromMinutes(1);

    readonly Action<ProcessMessage> report;
    readonly ITimer timer;
    TimeSpan silence;
    long step;

    /// <param name="step">Steps done before.</param>
    public StepWatch(Action<ProcessMessage> report, TimeProvider time, long step)
    {
        (this.report, this.step) = (report, step);
        timer = time.CreateTimer(_ => Tell(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        Restart(step);
    }

    /// <summary>Begins to wait anew: a step was made, or the work that leads to the next one begins.</summary>
    public void Restart(long done)
    {
        (silence, step) = (First, done);
        timer.Change(silence, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Waits for nothing: what is done now makes no steps.</summary>
    public void Pause() => timer.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);

    public void Dispose() => timer.Dispose();

    void Tell()
    {
        report(
            new ProcessMessage.Warning(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"no step of training for {silence.TotalMinutes} min, after step {step}: is the flow or the batch too large for this "
                        + $"machine, or the machine too busy?"
                )
            )
        );
        silence *= 2;
        timer.Change(silence / 2, Timeout.InfiniteTimeSpan);
    }
}
