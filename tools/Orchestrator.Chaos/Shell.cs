using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Orchestrator.Chaos;

/// <summary>Other programs of this machine, run to their end.</summary>
static partial class Shell
{
    /// <returns>What it wrote on standard output.</returns>
    /// <exception cref="ChaosException">It ended with another code than 0.</exception>
    public static async Task<string> RunAsync(string program, params IEnumerable<string> arguments)
    {
        var (code, output, errors) = await TryAsync(program, arguments);
        return code == 0
            ? output
            : throw new ChaosException($"{program} {string.Join(' ', arguments)} ended with {code}: {errors}{output}");
    }

    public static async Task<(int Code, string Output, string Errors)> TryAsync(string program, params IEnumerable<string> arguments)
    {
        using var process = Process.Start(
            new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true }
        )!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, output, await errors);
    }

    public static bool Has(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "")
            .Split(Path.PathSeparator)
            .Any(folder => File.Exists(Path.Combine(folder, program)));

    public static void Signal(int process, Signal signal) => _ = Kill(process, (int)signal);

    /// <summary>Processes whose command line holds both texts.</summary>
    public static IReadOnlyList<int> Processes(string text, string another = "") =>
        [
            .. from folder in Directory.EnumerateDirectories("/proc")
            let id = int.TryParse(Path.GetFileName(folder), out var number) ? number : 0
            where
                id > 0
                && id != Environment.ProcessId
                && CommandLine(folder) is { } line
                && line.Contains(text, StringComparison.Ordinal)
                && line.Contains(another, StringComparison.Ordinal)
            select id,
        ];

    static string? CommandLine(string folder)
    {
        try
        {
            return File.ReadAllText(Path.Combine(folder, "cmdline")).Replace('\0', ' ');
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return null; // it ended while we looked
        }
    }

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int Kill(int process, int signal);
}

enum Signal
{
    Kill = 9,
    Terminate = 15,
    Continue = 18,
    Stop = 19,
}

/// <summary>The harness itself cannot go on; says nothing of the cluster.</summary>
sealed class ChaosException(string message) : Exception(message);
