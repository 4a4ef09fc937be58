using System.Collections.Frozen;
using System.Collections.Immutable;
using Akka.Configuration;
using Akka.Configuration.Hocon;
using Orchestrator.Sweeps.Specs;

namespace Orchestrator.Cluster.Settings;

/// <summary>The value of one setting and the layer it came from.</summary>
/// <param name="Values">One, or several of a list; empty where it is not set.</param>
/// <param name="Origin">For people: <c>default</c>, a file, a variable or a flag.</param>
public sealed record SettingValue(NodeSetting Setting, ImmutableArray<string> Values, string Origin);

/// <summary>A node's settings in layers: defaults, then file, then environment, then flags; a later one replaces an earlier one
/// whole.</summary>
public sealed class SettingLayers
{
    const string Section = "orchestrator";
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);
    static readonly FrozenDictionary<string, NodeSetting> ByKey = NodeSettings.All.ToFrozenDictionary(setting => setting.Key);
    static readonly FrozenDictionary<string, NodeSetting> ByVariable = NodeSettings.All.ToFrozenDictionary(setting => setting.Variable);

    readonly Dictionary<string, SettingValue> _values = NodeSettings.All.ToDictionary(
        setting => setting.Key,
        setting => new SettingValue(setting, setting.Default is { } value ? [value] : [], "default")
    );

    /// <summary>HOCON for the actor system itself, from the file: everything under <c>akka</c>.</summary>
    public string Overrides { get; private set; } = "";

    public IEnumerable<SettingValue> All => NodeSettings.All.Select(setting => _values[setting.Key]);

    public SettingValue this[NodeSetting setting] => _values[setting.Key];

    /// <exception cref="NodeSettingException">The file is not HOCON, or has a key that is not a setting.</exception>
    public SettingLayers WithFile(string path, string text)
    {
        var config = Parse(path, text);

        foreach (var (root, value) in config.AsEnumerable())
        {
            if (root == "akka")
                Overrides = $"akka {value}";
            else if (root != Section)
                throw new NodeSettingException($"{path}: unknown section '{root}'; expected {Section} or akka");
        }

        if (config.HasPath(Section))
            Read(config.GetConfig(Section).Root, "", path);
        return this;
    }

    /// <exception cref="NodeSettingException">A variable of ours names no setting.</exception>
    public SettingLayers WithEnvironment(IEnumerable<KeyValuePair<string, string>> variables)
    {
        foreach (var (name, value) in variables.Where(variable => variable.Key.StartsWith(NodeSetting.Prefix, StringComparison.Ordinal)))
        {
            if (!ByVariable.TryGetValue(name, out var setting))
                throw Unknown("the environment", name, ByVariable.Keys);
            Set(
                setting,
                setting.IsList ? value.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) : [value],
                name
            );
        }

        return this;
    }

    public SettingLayers WithFlag(NodeSetting setting, IEnumerable<string> values)
    {
        Set(setting, values, setting.Flag);
        return this;
    }

    static Config Parse(string path, string text)
    {
        if (HoconBrackets.Fault(text) is { } fault)
            throw new NodeSettingException($"{path}: not HOCON: {fault}");
        Config? config = null;
        Exception? error = null;
        var parser = new Thread(() =>
        {
            try
            {
                config = ConfigurationFactory.ParseString(text);
            }
            catch (Exception thrown) // the parser throws whatever it meets
            {
                error = thrown;
            }
        })
        {
            IsBackground = true,
        };
        parser.Start();
        // From some texts it does not return: that thread is given up, and ends with the process that cannot start.
        if (!parser.Join(Patience))
            throw new NodeSettingException($"{path}: not HOCON: it cannot be parsed; look for a value or a comma that is missing");
        return config ?? throw new NodeSettingException($"{path}: not HOCON: {error!.Message}");
    }

    void Read(HoconValue node, string prefix, string path)
    {
        foreach (var (name, value) in node.GetObject().Items)
        {
            var key = prefix + name;
            if (value.IsObject())
                Read(value, key + ".", path);
            else if (!ByKey.TryGetValue(key, out var setting))
                throw Unknown(path, key, ByKey.Keys);
            else
                Set(setting, value.IsArray() ? value.GetStringList() : [value.GetString()], path);
        }
    }

    // An empty value is how a file's ${?VARIABLE} or a compose file says "not set".
    void Set(NodeSetting setting, IEnumerable<string?> values, string origin)
    {
        var given = values.OfType<string>().Where(value => value.Length > 0).ToImmutableArray();
        if (!given.IsEmpty)
            _values[setting.Key] = new SettingValue(setting, given, origin);
    }

    static NodeSettingException Unknown(string where, string name, IEnumerable<string> known) =>
        new($"{where}: unknown setting '{name}'{Wording.DidYouMean(name, known)}; 'orchestrator node config' lists them all");
}
