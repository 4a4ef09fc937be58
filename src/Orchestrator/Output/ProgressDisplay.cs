using System.Threading.Channels;
using Spectre.Console;

namespace Orchestrator.Output;

/// <summary>Shows a running sweep until it is over or somebody asks to stop.</summary>
abstract class ProgressDisplay(TimeProvider time)
{
    protected SweepView View { get; } = new(time);

    protected DateTimeOffset Now => time.GetUtcNow();

    /// <summary>A live table on a terminal; elsewhere, and where asked for, plain lines.</summary>
    public static ProgressDisplay Create(bool plain, TimeProvider time) =>
        plain || !AnsiConsole.Profile.Capabilities.Interactive || Console.IsOutputRedirected
            ? new PlainProgress(Console.Error, time)
            : new LiveProgress(AnsiConsole.Console, time);

    public abstract Task ShowAsync(ChannelReader<object> events, Task stop);

    /// <summary>Takes in what has happened, waiting for it at most the given time.</summary>
    /// <returns>False once there is nothing more to show.</returns>
    protected async Task<bool> Advance(ChannelReader<object> events, Task stop, TimeSpan patience, Action<object>? happened = null)
    {
        using var waiting = new CancellationTokenSource();
        var more = events.WaitToReadAsync(waiting.Token).AsTask();
        await Task.WhenAny(more, stop, Task.Delay(patience, waiting.Token));
        while (events.TryRead(out var message))
        {
            View.Take(message);
            happened?.Invoke(message);
        }

        await waiting.CancelAsync();
        return !stop.IsCompleted && View is { HasPausedItself: false, Sweep: not { IsOver: true } };
    }
}
