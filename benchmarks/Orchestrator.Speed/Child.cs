using System.Diagnostics;
using System.Globalization;

namespace Orchestrator.Speed;

/// <summary>The built program, as a user or a slot starts it; <c>ORCHESTRATOR</c> names another build.</summary>
static class Child
{
    static readonly string Program =
        Environment.GetEnvironmentVariable("ORCHESTRATOR") ?? Path.GetFullPath("src/Orchestrator/bin/Release/net10.0/orchestrator");

    static readonly TimeSpan Look = TimeSpan.FromMilliseconds(5);

    /// <summary>How long a trial's process takes to its end: from its start, or from when one that waits is told the task.</summary>
    public static async Task<double> SecondsAsync(string verb, string task, string folder, bool spare)
    {
        var began = TimeProvider.System.GetTimestamp();
        using var child = spare ? await WaitingAsync(verb, folder) : Start("trial", verb, task);
        if (spare)
        {
            began = TimeProvider.System.GetTimestamp();
            await child.StandardInput.WriteLineAsync(task);
            await child.StandardInput.FlushAsync();
        }

        await EndAsync(child);
        return TimeProvider.System.GetElapsedTime(began).TotalSeconds;
    }

    /// <summary>The most memory that a trial's process held, in bytes.</summary>
    public static async Task<long> PeakAsync(string verb, string task)
    {
        using var child = Start("trial", verb, task);
        var (end, peak) = (EndAsync(child), 0L);
        while (!end.IsCompleted)
        {
            peak = Math.Max(peak, Peak(child.Id));
            await Task.WhenAny(end, Task.Delay(Look));
        }

        await end;
        return peak;
    }

    public static Process Start(params string[] arguments) => Start(arguments, temporary: null);

    /// <exception cref="InvalidOperationException">It failed.</exception>
    public static async Task EndAsync(Process child)
    {
        var said = child.StandardOutput.ReadToEndAsync();
        var complained = child.StandardError.ReadToEndAsync();
        await child.WaitForExitAsync();
        if (child.ExitCode != 0)
            throw new InvalidOperationException(
                $"{string.Join(' ', child.StartInfo.ArgumentList)} ended with {child.ExitCode}: {await complained}{await said}"
            );
    }

    /// <summary>A spare that is ready: its rehearsal's folder came and went.</summary>
    static async Task<Process> WaitingAsync(string verb, string folder)
    {
        var temporary = Directory.CreateDirectory(Path.Combine(folder, "tmp"));
        var child = Start(["trial", "wait", verb, folder], temporary.FullName);
        while (!temporary.EnumerateDirectories("orchestrator-*").Any() && !child.HasExited)
            await Task.Delay(Look);
        while (temporary.EnumerateDirectories("orchestrator-*").Any() && !child.HasExited)
            await Task.Delay(Look);
        return child;
    }

    static Process Start(string[] arguments, string? temporary)
    {
        // Standard input stays open: at its end a trial's process leaves.
        var start = new ProcessStartInfo(Program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        if (temporary is not null)
            start.Environment["TMPDIR"] = temporary;
        return Process.Start(start)!;
    }

    static long Peak(int process)
    {
        try
        {
            var line = File.ReadLines($"/proc/{process}/status")
                .FirstOrDefault(line => line.StartsWith("VmHWM:", StringComparison.Ordinal));
            return line is null
                ? 0
                : long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) << 10;
        }
        catch (IOException)
        {
            return 0;
        }
    }
}
