namespace Orchestrator.Web.Access;

/// <summary>What a caller may do.</summary>
public enum AccessRole
{
    /// <summary>Reads.</summary>
    Viewer,

    /// <summary>Does everything.</summary>
    Operator,
}

/// <summary>A token as it is kept: enough to recognise it, not enough to use it.</summary>
/// <param name="Id">Names it in lists and logs, and says nothing about the token itself.</param>
/// <param name="Sha256">Of the token. It is random and long, so that its hash needs no salt and no slow function.</param>
public sealed record ApiToken(string Id, string? Name, AccessRole Role, string Sha256, DateTimeOffset CreatedAt);
