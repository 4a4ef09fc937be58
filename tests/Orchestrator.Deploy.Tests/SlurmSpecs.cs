using System.Diagnostics;
using System.Globalization;

namespace Orchestrator.Deploy.Tests;

/// <summary>The job script in a real Slurm, which <c>tests/deploy/slurm.sh</c> makes for each case and ends with it.</summary>
public sealed class SlurmSpecs
{
    static readonly TimeSpan Patience = TimeSpan.FromMinutes(20);

    /// <summary>Whatever befalls its elements, the sweep ends with the weights of a run that nothing befell.</summary>
    [Theory]
    [InlineData("one_element")]
    [InlineData("two_elements")]
    [InlineData("three_coordinators")]
    [InlineData("time_limit")]
    [InlineData("preemption")]
    [InlineData("gpus")]
    [InlineData("two_users")]
    [InlineData("scaling")]
    public async Task An_array_loses_nothing(string befalls)
    {
        Needs.Require(Environment.IsPrivilegedProcess, "only root has namespaces and users of its own to give");
        Needs.Program("slurmctld", "slurmctld");
        Needs.Program("slurmd", "slurmd");
        Needs.Program("sbatch", "slurm-client");
        Needs.Program("munged", "munge");
        var began = Stopwatch.GetTimestamp();
        await using var run = Run.Start(Checkout.File("tests/deploy/slurm.sh"), Checkout.Repository, befalls);
        await run.ExitsWith(0, Patience);
        Figures.Say(
            string.Create(
                CultureInfo.InvariantCulture,
                $"Slurm, {befalls}: {run.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries)[^1]}, "
                    + $"{Stopwatch.GetElapsedTime(began).TotalSeconds:0} s"
            )
        );
    }
}
