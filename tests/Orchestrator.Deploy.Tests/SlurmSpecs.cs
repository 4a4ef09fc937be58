namespace Orchestrator.Deploy.Tests;

/// <summary>The job script in a real Slurm, which <c>tests/deploy/slurm.sh</c> makes for each case and ends with it.</summary>
[Collection(nameof(Sequential))]
public sealed class SlurmSpecs
{
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
        Needs.Program("slurmctld", "slurmctld");
        Needs.Program("slurmd", "slurmd");
        Needs.Program("sbatch", "slurm-client");
        Needs.Program("munged", "munge");
        await ScriptedRun.Passes($"Slurm, {befalls}", "slurm.sh", befalls);
    }
}
