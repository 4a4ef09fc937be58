using System.Diagnostics;
using System.Globalization;

namespace Orchestrator.Attack;

/// <summary>A program that runs to its end, watched.</summary>
static class Child
{
    /// <param name="Peak">Largest resident memory seen, in bytes.</param>
    public sealed record Ended(int Code, string Output, TimeSpan Time, long Peak);

    /// <param name="limit">After it the program is ended, and the code is -1.</param>
    public static async Task<Ended> RunAsync(string program, IEnumerable<string> arguments, TimeSpan limit, CancellationToken cancel)
    {
        var began = Stopwatch.StartNew();
        using var process = Process.Start(
            new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true }
        )!;
        var output = process.StandardOutput.ReadToEndAsync(cancel);
        var errors = process.StandardError.ReadToEndAsync(cancel);
        var peak = 0L;
        while (!process.HasExited && began.Elapsed < limit)
        {
            peak = Math.Max(peak, Memory(process.Id, "VmHWM"));
            await Task.Delay(10, cancel);
        }

        var time = began.Elapsed;
        var inTime = process.HasExited;
        if (!inTime)
            process.Kill(entireProcessTree: true);
        await process.WaitForExitAsync(cancel);
        return new Ended(inTime ? process.ExitCode : -1, await output + await errors, time, peak);
    }

    /// <param name="field">VmRSS: resident now; VmHWM: the most it ever was.</param>
    /// <returns>Bytes; 0 where there is no such process.</returns>
    public static long Memory(int process, string field)
    {
        try
        {
            var line = File.ReadLines($"/proc/{process.ToString(CultureInfo.InvariantCulture)}/status")
                .FirstOrDefault(line => line.StartsWith(field + ":", StringComparison.Ordinal));
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
