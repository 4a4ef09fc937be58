namespace Orchestrator.Sweeps.Domain;

/// <summary>What a slot works on.</summary>
public enum WorkKind
{
    Training,
    Evaluation,
}

/// <summary>The right to work on one trial, held by one slot until it ends or is lost.</summary>
/// <param name="Attempt">From 1; counts the trial's training attempts, or the evaluations of its checkpoint.</param>
/// <param name="Token">Fencing token: grows with every grant of the sweep, so a report that carries an older one is refused.</param>
/// <param name="Node">Incarnation of the node: a restarted process is another node.</param>
public sealed record Lease(int Trial, WorkKind Kind, int Attempt, long Token, string Node, int Slot, DateTimeOffset GrantedAt);
