using System.ComponentModel;
using System.Diagnostics;

namespace Orchestrator.Cluster.Devices;

/// <summary>The GPU driver's own tool.</summary>
static class DriverTool
{
    public const string Name = "nvidia-smi";
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <param name="fields">What to tell of each GPU: one line of values per GPU, without units.</param>
    /// <returns>Nothing where there is no such tool, or it fails or does not answer.</returns>
    public static async Task<string> AskAsync(string tool, string fields)
    {
        try
        {
            if (Find(tool) is not { } program)
                return "";
            var start = new ProcessStartInfo(program, $"--query-gpu={fields} --format=csv,noheader,nounits")
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
                await errors.ConfigureAwait(false);
                await process.WaitForExitAsync(patience.Token).ConfigureAwait(false);
                return process.ExitCode == 0 ? text : "";
            }
            catch (OperationCanceledException)
            {
                process.Kill();
                return "";
            }
        }
        catch (Win32Exception)
        {
            return "";
        }
    }

    // Not left to Process.Start: it looks in the working directory first, which may be gone.
    static string? Find(string tool) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "")
            .Split(Path.PathSeparator)
            .Select(folder => Path.Combine(folder, tool))
            .FirstOrDefault(File.Exists);
}
