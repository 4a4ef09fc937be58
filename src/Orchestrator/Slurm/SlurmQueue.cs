using System.Diagnostics;
using System.Globalization;

namespace Orchestrator.Slurm;

/// <summary>The cluster of one job array, as Slurm's own programs see and change it.</summary>
/// <param name="array">Number of the job array in which the cluster began.</param>
sealed class SlurmQueue(int array)
{
    static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    // By it those that were submitted later are found again.
    string JobName => string.Create(CultureInfo.InvariantCulture, $"orchestrator-{array}");

    /// <summary>Those of the array, and those that joined it.</summary>
    /// <exception cref="CommandException">The array has ended (3), or Slurm does not answer (1).</exception>
    public async Task<ElementCounts> ElementsAsync(CancellationToken cancel)
    {
        var mine = await Squeue(["--user", Environment.UserName], cancel);
        var rows = mine.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => line.Trim().Split(' ', 3))
            .Where(row => row.Length == 3);
        var (own, joined) = (new List<string>(), new List<string>());
        foreach (var row in rows)
            if (row[0] == array.ToString(CultureInfo.InvariantCulture))
                own.Add(row[1]);
            else if (row[2] == JobName)
                joined.Add(row[1]);
        return own.Count > 0
            ? ElementCounts.Of(string.Join('\n', [.. own, .. joined]))
            : throw new CommandException(ExitCode.NotFound, $"no element of job array {array} is in Slurm's queue: the cluster has ended");
    }

    /// <summary>Submits elements that join the cluster, with the variables and settings of this process.</summary>
    /// <param name="call">What follows on the command line of <c>sbatch</c>: further options, and the job script.</param>
    /// <returns>Number of their job array.</returns>
    /// <exception cref="CommandException">Slurm refuses (1).</exception>
    public async Task<string> SubmitAsync(int elements, IReadOnlyList<string> call, CancellationToken cancel) =>
        (
            await RunAsync(
                "sbatch",
                [
                    "--parsable",
                    string.Create(CultureInfo.InvariantCulture, $"--array=0-{elements - 1}"),
                    $"--job-name={JobName}",
                    string.Create(CultureInfo.InvariantCulture, $"--export=ALL,JOIN={array}"),
                    .. call,
                ],
                cancel
            )
        ).Trim();

    // Number of the array, state, name; the elements of an array that wait are one line without --array.
    static Task<string> Squeue(IEnumerable<string> whose, CancellationToken cancel) =>
        RunAsync("squeue", ["--array", "--noheader", "--format=%F %T %j", .. whose], cancel);

    static async Task<string> RunAsync(string program, IEnumerable<string> arguments, CancellationToken cancel)
    {
        // Started by env: Process.Start would look in the working directory first.
        var start = new ProcessStartInfo("/usr/bin/env", [program, .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        patience.CancelAfter(Patience);
        try
        {
            var errors = process.StandardError.ReadToEndAsync(patience.Token);
            var output = await process.StandardOutput.ReadToEndAsync(patience.Token);
            var error = await errors;
            await process.WaitForExitAsync(patience.Token);
            return process.ExitCode == 0
                ? output
                : throw new CommandException(
                    ExitCode.Failed,
                    string.Create(CultureInfo.InvariantCulture, $"{program} ended with exit code {process.ExitCode}: {error.Trim()}")
                );
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            process.Kill();
            throw new CommandException(ExitCode.Failed, $"{program} did not answer within {Patience.TotalMinutes:0} minutes");
        }
    }
}
