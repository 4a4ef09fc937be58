namespace Orchestrator.Sweeps.Tasks;

/// <summary>How an attempt or an evaluation ended.</summary>
/// <param name="Layer">Divergence only: the first layer with a non-finite value.</param>
/// <param name="Step">The optimiser step at which it happened, where known.</param>
public sealed record AttemptEnd(AttemptCause Cause, string? Message = null, string? Layer = null, long? Step = null);
