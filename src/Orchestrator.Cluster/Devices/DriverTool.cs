using System.ComponentModel;
using System.Diagnostics;

namespace Orchestrator.Cluster.Devices;

/// <summary>The GPU driver's own tool.</summary>
sealed class DriverTool(string name = DriverTool.Name)
{
    public const string Name = "nvidia-smi";

    // What it says, and ends by another code than 0, where there is a driver and no GPU.
    const string NoDevices = "No devices were found";

    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(10);

    /// <param name="fields">What to tell of each GPU: one line of values per GPU, without units.</param>
    public Task<DriverAnswer> QueryAsync(string fields) => AskAsync($"--query-gpu={fields}", "--format=csv,noheader,nounits");

    /// <summary>Asks for every GPU and its MIG slices, in sentences.</summary>
    public Task<DriverAnswer> ListAsync() => AskAsync("-L");

    async Task<DriverAnswer> AskAsync(params string[] arguments)
    {
        if (Find() is not { } program)
            return new("");
        try
        {
            var start = new ProcessStartInfo(program, arguments)
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
                WorkingDirectory = "/",
            };
            using var process = Process.Start(start)!;
            using var patience = new CancellationTokenSource(Patience);
            try
            {
                var errors = process.StandardError.ReadToEndAsync(patience.Token);
                var text = await process.StandardOutput.ReadToEndAsync(patience.Token).ConfigureAwait(false);
                var error = await errors.ConfigureAwait(false);
                await process.WaitForExitAsync(patience.Token).ConfigureAwait(false);
                return process.ExitCode == 0 ? new(text)
                    : text.Contains(NoDevices, StringComparison.Ordinal) ? new("")
                    : new("", $"{name} ended with exit code {process.ExitCode}{FirstLine(text + '\n' + error)}");
            }
            catch (OperationCanceledException)
            {
                process.Kill();
                return new("", $"{name} did not answer within {Patience.TotalSeconds:0.###} s");
            }
        }
        catch (Win32Exception error)
        {
            return new("", $"{name} cannot be started: {error.Message}");
        }
    }

    /// <summary>The values of each line of an answer that has so many.</summary>
    public static IEnumerable<string[]> Rows(string text, int values) =>
        text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Select(line => line.Split(',', StringSplitOptions.TrimEntries))
            .Where(fields => fields.Length == values);

    static string FirstLine(string text) =>
        text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) is [var first, ..] ? $": {first}" : "";

    // Not left to Process.Start: it looks in the working directory first, which may be gone.
    string? Find() =>
        (Environment.GetEnvironmentVariable("PATH") ?? "")
            .Split(Path.PathSeparator)
            .Select(folder => Path.Combine(folder, name))
            .FirstOrDefault(File.Exists);
}

/// <param name="Text">Empty where there is no such tool, it knows no GPU, or it failed.</param>
/// <param name="Fault">How it failed; null where it did not.</param>
readonly record struct DriverAnswer(string Text, string? Fault = null);
