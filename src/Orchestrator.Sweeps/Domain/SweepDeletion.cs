namespace Orchestrator.Sweeps.Domain;

/// <summary>Whether a sweep may be deleted, with all that there is of it.</summary>
public static class SweepDeletion
{
    /// <param name="forks">Names of the sweeps that were forked from it.</param>
    /// <returns>Why not, and what to do; null where it may.</returns>
    public static string? Refusal(SweepState sweep, IReadOnlyCollection<string> forks) =>
        forks.Count > 0
            ? $"sweep '{sweep.Spec.Name}' is not deleted: {string.Join(", ", forks)} {(forks.Count == 1 ? "was" : "were")} forked from it; "
                + $"delete {(forks.Count == 1 ? "that" : "those")} first"
        : sweep.IsOver || sweep.Status == SweepStatus.Paused && sweep.Leases.IsEmpty ? null
        : $"sweep '{sweep.Spec.Name}' is {StatusText.Of(sweep.Status)}: pause or stop it first, and wait until its trials have left";

    /// <summary>Names of the sweeps that were forked from one.</summary>
    /// <param name="all">The sweeps that there are.</param>
    public static IEnumerable<string> Forks(string sweep, IEnumerable<SweepState> all) =>
        all.Where(other => other.Spec.Fork?.Sweep == sweep).Select(other => other.Spec.Name);
}
