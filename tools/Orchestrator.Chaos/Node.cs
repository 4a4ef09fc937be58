using System.Diagnostics;
using System.Globalization;

namespace Orchestrator.Chaos;

/// <summary>One node, started again whenever it ends, as a service manager would.</summary>
sealed class Node(int index, string name, IReadOnlyList<string> command, string log) : IAsyncDisposable
{
    static readonly TimeSpan RestartAfter = TimeSpan.FromSeconds(1);
    readonly CancellationTokenSource _over = new();
    Process? _process;
    Task _supervision = Task.CompletedTask;

    public int Index => index;

    public string Name => name;

    public int? ProcessId => _process is { HasExited: false } running ? running.Id : null;

    /// <summary>Seconds by which its clock is wrong from its next start on.</summary>
    public int ClockSkew { get; set; }

    /// <summary>Exit codes so far, oldest first.</summary>
    public List<int> Exits { get; } = [];

    public void Start() => _supervision = Supervise();

    public void Signal(Signal signal)
    {
        if (ProcessId is { } id)
            Shell.Signal(id, signal);
    }

    /// <summary>Asks it to leave, and does not start it again.</summary>
    public async Task LeaveAsync(TimeSpan patience)
    {
        await _over.CancelAsync();
        Signal(Chaos.Signal.Continue);
        Signal(Chaos.Signal.Terminate);
        if (await Task.WhenAny(_supervision, Task.Delay(patience)) != _supervision)
        {
            Signal(Chaos.Signal.Kill);
            await _supervision;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _over.CancelAsync();
        Signal(Chaos.Signal.Kill);
        await _supervision;
        _over.Dispose();
    }

    async Task Supervise()
    {
        while (!_over.IsCancellationRequested)
        {
            using var process = Begin();
            _process = process;
            var errors = CopyAsync(process.StandardError);
            var output = CopyAsync(process.StandardOutput);
            await process.WaitForExitAsync();
            await Task.WhenAll(errors, output);
            Exits.Add(process.ExitCode);
            await Note($"--- ended with {process.ExitCode}");
            _process = null;
            await Task.WhenAny(Task.Delay(RestartAfter, _over.Token));
        }
    }

    Process Begin()
    {
        var start = new ProcessStartInfo(command[0], command.Skip(1)) { RedirectStandardOutput = true, RedirectStandardError = true };
        if (ClockSkew != 0)
        {
            start.Environment["LD_PRELOAD"] = Faults.SkewedClock.Library;
            start.Environment["CLOCK_SKEW"] = ClockSkew.ToString(CultureInfo.InvariantCulture);
        }

        return Process.Start(start)!;
    }

    async Task CopyAsync(StreamReader reader)
    {
        while (await reader.ReadLineAsync() is { } line)
            await Note(line);
    }

    Task Note(string line)
    {
        lock (this)
            File.AppendAllText(log, line + '\n');
        return Task.CompletedTask;
    }
}
