namespace Orchestrator.Cluster.Settings;

/// <summary>One thing that can be set of a node: in a file, by the environment, or by a flag.</summary>
/// <param name="Key">As in the file, under <c>orchestrator</c>: <c>http.port</c>.</param>
/// <param name="Default">Null: not set.</param>
public sealed record NodeSetting(string Key, string? Default, string Help)
{
    /// <summary>May be given several times as a flag, as a list in the file, or with commas in the environment.</summary>
    public bool IsList { get; init; }

    /// <summary>Shown to people only with its secret part masked.</summary>
    public bool IsSecret { get; init; }

    /// <summary><c>true</c> or <c>false</c>; as a flag it needs no value.</summary>
    public bool IsSwitch { get; init; }

    public string Flag => "--" + Key.Replace('.', '-');

    public string Variable => Prefix + Key.Replace(".", "__", StringComparison.Ordinal).Replace('-', '_').ToUpperInvariant();

    public const string Prefix = "ORCHESTRATOR__";
}
