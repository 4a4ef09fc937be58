using Orchestrator.Reports.Views;
using Orchestrator.Sweeps.Domain;

namespace Orchestrator.Slurm;

/// <summary>How many more elements the cluster of a job array can use.</summary>
static class ArrayScale
{
    /// <returns>The trials that would begin if there were slots for them, those that a search is still to draw among them. A sweep that is
    /// paused, trains in as many slots as it may, or waits for a slot of another kind than there are, would not begin more.</returns>
    public static int Waiting(IEnumerable<SweepOverview> sweeps) =>
        sweeps.Sum(sweep =>
        {
            var counts = sweep.Counts;
            var begun = counts.Running + counts.Completed + counts.Failed + counts.Stopped + counts.Paused + counts.Pruned;
            return Sharing.Wanted(sweep.State, sweep.WaitsBecause, sweep.Share, sweep.Trials - begun, counts.Running);
        });

    /// <param name="waiting">Trials.</param>
    /// <param name="elements">The elements that there are.</param>
    /// <param name="most">How many there may be.</param>
    /// <returns>How many to submit: none as long as one that was submitted has not started.</returns>
    public static int Missing(int waiting, ElementCounts elements, int most) =>
        elements.Queued > 0 ? 0 : Math.Clamp(most - elements.Running, 0, waiting);
}

/// <summary>Elements of a cluster's arrays.</summary>
/// <param name="Queued">Slurm has not started them yet, or will start them again.</param>
/// <param name="Running">They run, or come to their end.</param>
readonly record struct ElementCounts(int Queued, int Running)
{
    /// <param name="states">One a line, as <c>squeue</c> has them.</param>
    public static ElementCounts Of(string states)
    {
        var all = states.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        var queued = all.Count(state =>
            state.StartsWith("PENDING", StringComparison.Ordinal) || state.Contains("REQUEUE", StringComparison.Ordinal)
        );
        return new(queued, all.Length - queued);
    }
}
