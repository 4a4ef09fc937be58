using Microsoft.Extensions.Configuration.Memory;

namespace Orchestrator.Cluster.Settings;

/// <summary>What one source sets. An empty value is how a compose file says "not set", and is not kept.</summary>
/// <param name="origin">The source of a setting, for people: <c>default</c>, a file, a variable or a flag.</param>
/// <param name="values">Texts by their path; of a list with commas between its values.</param>
sealed class SettingLayer(Func<NodeSetting, string> origin, IEnumerable<KeyValuePair<string, string?>> values)
    : MemoryConfigurationProvider(
        new MemoryConfigurationSource
        {
            InitialData = values.Where(entry => entry.Value?.Trim(LayeredSettings.Separator) is { Length: > 0 }),
        }
    )
{
    public string Origin(NodeSetting setting) => origin(setting);
}
