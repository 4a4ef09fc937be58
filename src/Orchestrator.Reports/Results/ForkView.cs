using Orchestrator.Sweeps;
using Orchestrator.Sweeps.Domain;

namespace Orchestrator.Reports.Results;

/// <summary>The sweep that a sweep was forked from.</summary>
/// <param name="Trial">Id of the trial there from whose checkpoint all trials go on; null where they begin anew.</param>
/// <param name="Epoch">The last epoch of that checkpoint.</param>
public sealed record ForkView(string Sweep, string? Trial, int? Epoch)
{
    /// <returns>Null where it was forked from none.</returns>
    public static ForkView? From(SweepState state) =>
        state.Spec.Fork is { } fork
            ? new(fork.Sweep, fork.Trial is { } trial ? TrialId.Of(trial) : null, state.ForkedFrom?.Checkpoint.Epoch)
            : null;

    public override string ToString() => Trial is null ? $"forked from {Sweep}" : $"forked from trial {Trial} of {Sweep}, epoch {Epoch}";
}
