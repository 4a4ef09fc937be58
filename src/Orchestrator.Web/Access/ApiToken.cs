using System.Text.Json.Serialization;

namespace Orchestrator.Web.Access;

/// <summary>What a caller may do.</summary>
public enum AccessRole
{
    /// <summary>The caller may read.</summary>
    Viewer,

    /// <summary>The caller may do everything.</summary>
    Operator,
}

/// <summary>A token as it is kept: enough to recognise it, not enough to use it.</summary>
/// <param name="Id">Names it in lists and logs, and says nothing about the token itself.</param>
/// <param name="Sha256">SHA-256 of the token. That is random and long, so that its hash needs no salt and no slow function.</param>
public sealed record ApiToken(string Id, string? Name, AccessRole Role, string Sha256, DateTimeOffset CreatedAt)
{
    /// <summary>What its sweeps and its quota are known by. Tokens of one name are of one owner.</summary>
    [JsonIgnore]
    public string Owner => Name ?? Id;
}
