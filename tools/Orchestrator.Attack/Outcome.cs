namespace Orchestrator.Attack;

/// <summary>What was done, what is promised, and what was measured.</summary>
sealed record Outcome(string Attack, string Promise, string Measured, bool Held);

/// <summary>One thing that a stranger could do to a node.</summary>
interface IAttack
{
    IAsyncEnumerable<Outcome> RunAsync(Target target, TimeSpan time, CancellationToken cancel);
}
