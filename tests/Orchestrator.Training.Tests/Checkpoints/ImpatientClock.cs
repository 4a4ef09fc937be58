namespace Orchestrator.Training.Tests.Checkpoints;

/// <summary>Whoever waits by it goes on at once, and that much later.</summary>
sealed class ImpatientClock : TimeProvider
{
    long now;

    public TimeSpan Waited => TimeSpan.FromTicks(now);

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => now;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        if (dueTime > TimeSpan.Zero)
            Interlocked.Add(ref now, dueTime.Ticks);
        return base.CreateTimer(callback, state, dueTime > TimeSpan.Zero ? TimeSpan.Zero : dueTime, period);
    }
}
