using Microsoft.Extensions.Configuration;

namespace Orchestrator.Cluster.Settings;

/// <summary>One thing that can be set of a node: in a file, by the environment, or by a flag.</summary>
/// <param name="Key">As in the file: <c>http.port</c>, or <c>port</c> under <c>[http]</c>.</param>
/// <param name="Default">Null: not set.</param>
public sealed record NodeSetting(string Key, string? Default, string Help)
{
    /// <summary>Whether it takes several values, with commas between them; the flag may also be given several times.</summary>
    public bool IsList { get; init; }

    /// <summary>Whether it is shown to people only with its secret part masked.</summary>
    public bool IsSecret { get; init; }

    /// <summary>Whether it is <c>true</c> or <c>false</c>; as a flag it needs no value.</summary>
    public bool IsSwitch { get; init; }

    public string Flag => "--" + Key.Replace('.', '-');

    public string Variable => Prefix + Key.Replace(".", "__", StringComparison.Ordinal).Replace('-', '_').ToUpperInvariant();

    /// <summary>Where the configuration has it: <c>http:port</c>.</summary>
    internal string Path => PathOf(Key);

    internal static string PathOf(string key) => key.Replace(".", ConfigurationPath.KeyDelimiter, StringComparison.Ordinal);

    public const string Prefix = "ORCHESTRATOR__";
}
