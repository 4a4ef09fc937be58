using Orchestrator.Sweeps.Domain;

namespace Orchestrator.Reports.Views;

/// <summary>What goes with a sweep that is deleted.</summary>
/// <param name="CheckpointBytes">Of its checkpoints; pictures, logs and the report go too.</param>
/// <param name="Refusal">Why it is not deleted, and what to do; null where it may be.</param>
public sealed record DeletionPlan(string Id, SweepStatus State, int Trials, long CheckpointBytes, string? Refusal)
{
    /// <param name="all">The sweeps that there are.</param>
    /// <param name="isAttended">Somebody works on the sweep while it runs; where nobody does it may be deleted as it is.</param>
    public static DeletionPlan From(SweepState sweep, IEnumerable<SweepState> all, bool isAttended = true)
    {
        var forks = SweepDeletion.Forks(sweep.Spec.Name, all).ToList();
        return new(
            sweep.Spec.Name,
            sweep.Status,
            sweep.Trials.Count,
            sweep.CheckpointBytes,
            SweepDeletion.Refusal(sweep, forks) is { } reason && (isAttended || forks.Count > 0) ? reason : null
        );
    }
}
