namespace Orchestrator.Cluster.Protocol;

/// <summary>What was found out about one thing that a node needs.</summary>
/// <param name="Check">What was looked at, in a word or two.</param>
/// <param name="Remedy">What to do about it, or could be done; null where there is nothing.</param>
public sealed record Finding(string Check, Verdict Verdict, string Found, string? Remedy = null);

public enum Verdict
{
    Ok,

    /// <summary>It works, and less well than it could, or not for long.</summary>
    Warning,

    /// <summary>Something does not work.</summary>
    Problem,
}
