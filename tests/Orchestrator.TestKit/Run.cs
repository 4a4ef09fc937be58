using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;

namespace Orchestrator.TestKit;

/// <summary>A running program, its output collected as it comes.</summary>
public sealed partial class Run : IAsyncDisposable
{
    static readonly TimeSpan Patience = TimeSpan.FromMinutes(4);
    readonly Process _process;
    readonly StringBuilder _output = new(),
        _errors = new();
    readonly Task _reading;
    readonly List<(string Text, TaskCompletionSource Seen)> _awaited = [];
    readonly Lock _gate = new();

    Run(Process process)
    {
        _process = process;
        _reading = Task.WhenAll(Read(process.StandardOutput, _output), Read(process.StandardError, _errors));
    }

    /// <summary>The program of this checkout, in the given folder.</summary>
    /// <remarks>Through <c>env</c>, which gives way to it: where the tests run in the background, a shell has made all of them ignore
    /// Ctrl-C.</remarks>
    public static Run Orchestrator(string folder, params string[] arguments) =>
        Start("env", folder, ["--default-signal=INT", Checkout.Program, .. arguments]);

    public static Run Start(string program, string folder, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["NO_COLOR"] = "1";
        return new Run(Process.Start(start)!);
    }

    public int Id => _process.Id;

    public string Output => Text(_output);

    public string Errors => Text(_errors);

    /// <summary>Waits until the program has written the text, on either stream.</summary>
    public async Task Wrote(string text)
    {
        var seen = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_gate)
        {
            if (Holds(text))
                return;
            _awaited.Add((text, seen));
        }

        var first = await Task.WhenAny(seen.Task, _reading.ContinueWith(_ => { }, TaskScheduler.Default))
            .WaitAsync(Patience, TestContext.Current.CancellationToken);
        Assert.True(first == seen.Task || Holds(text), $"the program ended without writing '{text}':\n{this}");
    }

    public async Task<int> Exit(TimeSpan? patience = null)
    {
        await _process
            .WaitForExitAsync(TestContext.Current.CancellationToken)
            .WaitAsync(patience ?? Patience, TestContext.Current.CancellationToken);
        await _reading;
        return _process.ExitCode;
    }

    /// <summary>Ends with the given code; everything it wrote is in the failure.</summary>
    public async Task ExitsWith(int code, TimeSpan? patience = null)
    {
        var exit = await Exit(patience);
        Assert.True(exit == code, $"exit code {exit} and not {code}:\n{this}");
    }

    /// <returns>True if it ended by itself within the time.</returns>
    public bool EndsWithin(TimeSpan time) => _process.WaitForExit(time);

    public void Signal(PosixSignal signal) => _ = Kill(_process.Id, signal == PosixSignal.SIGINT ? 2 : 15);

    public void Kill() => _process.Kill();

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
            _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync(CancellationToken.None);
        _process.Dispose();
    }

    public override string ToString() => $"--- output\n{Output}--- errors\n{Errors}";

    async Task Read(StreamReader reader, StringBuilder into)
    {
        while (await reader.ReadLineAsync() is { } line)
            lock (_gate)
            {
                into.Append(line).Append('\n');
                foreach (var (text, seen) in _awaited)
                    if (line.Contains(text, StringComparison.Ordinal))
                        seen.TrySetResult();
            }
    }

    bool Holds(string text) => Output.Contains(text, StringComparison.Ordinal) || Errors.Contains(text, StringComparison.Ordinal);

    string Text(StringBuilder builder)
    {
        lock (_gate)
            return builder.ToString();
    }

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int Kill(int processId, int signal);
}
