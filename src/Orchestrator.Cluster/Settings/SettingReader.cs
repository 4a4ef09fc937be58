using System.Collections.Immutable;
using System.Globalization;
using Orchestrator.Sweeps;

namespace Orchestrator.Cluster.Settings;

/// <summary>The values of settings, each of its kind. What is of another kind is refused by a <see cref="NodeSettingException"/> with the
/// layer that it came from.</summary>
sealed class SettingReader(LayeredSettings settings)
{
    public const int LastPort = 65535;

    /// <summary>The last value; null where there is none.</summary>
    public string? Text(NodeSetting setting) => settings[setting].Values is [.., var last] ? last : null;

    public ImmutableArray<string> Several(NodeSetting setting) => settings[setting].Values;

    public bool Switch(NodeSetting setting) =>
        Text(setting) switch
        {
            "true" => true,
            "false" => false,
            var other => throw Bad(setting, $"expected true or false, found '{other}'"),
        };

    /// <summary>An address or a name of a machine; null where it is not set.</summary>
    public string? Name(NodeSetting setting) =>
        Text(setting) is not { } text ? null
        : IsName(text) ? text
        : throw Bad(setting, $"expected an address or a name, found '{text}'");

    public int Whole(NodeSetting setting, int smallest, int largest = int.MaxValue) =>
        OptionalWhole(setting, smallest, largest) ?? throw Bad(setting, "not set");

    public int? OptionalWhole(NodeSetting setting, int smallest, int largest = int.MaxValue) =>
        Text(setting) is not { } text ? null
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) && value >= smallest && value <= largest
            ? value
        : throw Bad(
            setting,
            $"expected a whole number {(largest == int.MaxValue ? $"of at least {smallest}" : $"from {smallest} to {largest}")}, found "
                + $"'{text}'"
        );

    public double Fraction(NodeSetting setting) =>
        double.TryParse(Text(setting), NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && value is > 0 and <= 1
            ? value
            : throw Bad(setting, $"expected a number above 0 and at most 1, found '{Text(setting)}'");

    /// <summary>A path with its leading tilde expanded; null where it is not set.</summary>
    public string? PathOf(NodeSetting setting)
    {
        try
        {
            return Text(setting) is { } path ? UserPath.Expand(path) : null;
        }
        catch (UserPathException error)
        {
            throw Bad(setting, error.Message);
        }
    }

    /// <summary>The paths of files that are of use only together: all of them, or null.</summary>
    public string[]? Together(params NodeSetting[] files)
    {
        var paths = files.Select(PathOf).ToArray();
        if (Array.TrueForAll(paths, path => path is null))
            return null;
        var missing = files.Where((_, index) => paths[index] is null).Select(file => file.Key).ToArray();
        return missing.Length == 0
            ? [.. paths.OfType<string>()]
            : throw new NodeSettingException(
                $"{string.Join(", ", missing)}: not set, but TLS needs {string.Join(", ", files.Select(file => file.Key))} together"
            );
    }

    /// <param name="text">One of the setting's values.</param>
    public (string Host, int Port) Endpoint(NodeSetting setting, string text)
    {
        var colon = text.LastIndexOf(':');
        return
            colon > 0
            && int.TryParse(text[(colon + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out var port)
            && port is > 0 and <= LastPort
            && IsName(text[..colon])
            ? (text[..colon], port)
            : throw Bad(setting, $"expected host:port, found '{text}'");
    }

    public NodeSettingException Bad(NodeSetting setting, string message) =>
        new($"{setting.Key} (from {settings[setting].Origin}): {message}");

    static bool IsName(string text) => Uri.CheckHostName(text) != UriHostNameType.Unknown;
}
