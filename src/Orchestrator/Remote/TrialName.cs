using System.Globalization;
using Orchestrator.Sweeps;

namespace Orchestrator.Remote;

/// <summary>A trial as people name it: by its number, with or without zeros before it.</summary>
static class TrialName
{
    /// <param name="trials">How many the sweep has.</param>
    /// <returns>The number.</returns>
    /// <exception cref="CommandException">There is no such trial (3).</exception>
    public static int Number(string trial, string sweep, int trials) =>
        int.TryParse(trial, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= 1 && number <= trials
            ? number
            : throw new CommandException(
                ExitCode.NotFound,
                $"there is no trial '{trial}' in sweep '{sweep}': its trials are 0001 to {TrialId.Of(trials)}"
            );
}
