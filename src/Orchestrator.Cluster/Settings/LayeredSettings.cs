using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Text;
using Akka.Configuration;
using Akka.Hosting.Configuration;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Configuration.Ini;
using Orchestrator.Sweeps;
using Orchestrator.Sweeps.Specs;

namespace Orchestrator.Cluster.Settings;

/// <summary>The value of one setting and the layer it came from.</summary>
/// <param name="Values">One, or several of a list; empty where it is not set.</param>
/// <param name="Origin">For people: <c>default</c>, a file, a variable or a flag.</param>
public sealed record SettingValue(NodeSetting Setting, ImmutableArray<string> Values, string Origin);

/// <summary>A node's settings in layers: defaults, then file, then environment, then flags; a later one replaces an earlier one
/// whole.</summary>
public sealed class LayeredSettings
{
    const string ActorSystem = "akka";
    internal const char Separator = ',';

    static readonly FrozenDictionary<string, NodeSetting> ByPath = NodeSettingTable.All.ToFrozenDictionary(
        setting => setting.Path,
        StringComparer.OrdinalIgnoreCase
    );

    static readonly FrozenDictionary<string, NodeSetting> ByVariable = NodeSettingTable.All.ToFrozenDictionary(setting => setting.Variable);

    readonly List<SettingLayer> _layers =
    [
        new(_ => "default", NodeSettingTable.All.Select(setting => KeyValuePair.Create(setting.Path, setting.Default))),
    ];

    /// <summary>Settings of the actor system itself, from the file: everything under <c>akka</c>.</summary>
    public Config Overrides =>
        new ConfigurationRoot([.. _layers]).GetSection(ActorSystem) is var section && section.Exists()
            ? section.ToHocon(normalizeKeys: false)
            : Config.Empty;

    public IEnumerable<SettingValue> All => NodeSettingTable.All.Select(setting => this[setting]);

    public SettingValue this[NodeSetting setting]
    {
        get
        {
            foreach (var layer in Enumerable.Reverse(_layers))
                if (layer.TryGet(setting.Path, out var text))
                    return new(setting, setting.IsList ? Several(text!) : [text!], layer.Origin(setting));
            return new(setting, [], "default");
        }
    }

    /// <param name="text">Lines of <c>key = value</c>, under <c>[section]</c> where keys begin alike.</param>
    /// <exception cref="NodeSettingException">The file is no such text, or has a key that is not a setting.</exception>
    public LayeredSettings WithFile(string path, string text)
    {
        var entries = Read(path, text);
        foreach (var (key, _) in entries)
            if (
                !ByPath.ContainsKey(key)
                && !key.StartsWith(ActorSystem + ConfigurationPath.KeyDelimiter, StringComparison.OrdinalIgnoreCase)
            )
                throw Unknown(path, key.Replace(ConfigurationPath.KeyDelimiter, ".", StringComparison.Ordinal), Keys);
        return With(_ => path, entries);
    }

    /// <exception cref="NodeSettingException">A variable of ours names no setting.</exception>
    public LayeredSettings WithEnvironment(IEnumerable<KeyValuePair<string, string>> variables) =>
        With(
            setting => setting.Variable,
            [
                .. variables
                    .Where(variable => variable.Key.StartsWith(NodeSetting.Prefix, StringComparison.Ordinal))
                    .Select(variable =>
                        ByVariable.TryGetValue(variable.Key, out var setting)
                            ? KeyValuePair.Create(setting.Path, (string?)variable.Value)
                            : throw Unknown("the environment", variable.Key, ByVariable.Keys)
                    ),
            ]
        );

    public LayeredSettings WithFlag(NodeSetting setting, IEnumerable<string> values) =>
        With(flag => flag.Flag, [KeyValuePair.Create(setting.Path, (string?)string.Join(Separator, values))]);

    static IEnumerable<string> Keys => NodeSettingTable.All.Select(setting => setting.Key);

    LayeredSettings With(Func<NodeSetting, string> origin, IEnumerable<KeyValuePair<string, string?>> values)
    {
        _layers.Add(new SettingLayer(origin, values));
        return this;
    }

    /// <returns>Texts by their path.</returns>
    /// <exception cref="NodeSettingException">The text is none of keys and values.</exception>
    internal static List<KeyValuePair<string, string?>> Read(string path, string text)
    {
        try
        {
            return
            [
                .. IniStreamConfigurationProvider
                    .Read(new MemoryStream(Encoding.UTF8.GetBytes(text)))
                    .Select(entry => KeyValuePair.Create(NodeSetting.PathOf(entry.Key), entry.Value)),
            ];
        }
        catch (FormatException error)
        {
            throw new NodeSettingException(
                $"{path}: {Printable.Clause(error.Message)}; each line is 'key = value', '[section]' or a comment"
            );
        }
    }

    static ImmutableArray<string> Several(string text) =>
        [.. text.Split(Separator, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)];

    static NodeSettingException Unknown(string where, string name, IEnumerable<string> known) =>
        new($"{where}: unknown setting '{name}'{Suggestions.DidYouMean(name, known)}; 'orchestrator node config' lists them all");
}
