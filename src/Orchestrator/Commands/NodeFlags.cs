using System.Collections;
using System.CommandLine;
using System.CommandLine.Parsing;
using Orchestrator.Cluster;
using Orchestrator.Cluster.Settings;
using Orchestrator.Sweeps;

namespace Orchestrator.Commands;

/// <summary>Every setting of a node is a flag, beside its file and the environment.</summary>
static class NodeFlags
{
    static readonly Option<string?> ConfigFile = new("--config")
    {
        Description = "Settings file: lines of 'key = value', as in cluster/*.conf",
    };

    static readonly (NodeSetting Setting, Option Flag)[] Flags = [.. NodeSettingTable.All.Select(setting => (setting, Flag(setting)))];

    public static Command AddTo(Command command)
    {
        command.Add(ConfigFile);
        foreach (var (_, flag) in Flags)
            command.Add(flag);
        return command;
    }

    public static LayeredSettings Layers(ParseResult parsed)
    {
        var layers = new LayeredSettings();
        if (parsed.GetValue(ConfigFile) is { } path)
            layers.WithFile(path, Read(path));
        layers.WithEnvironment(
            Environment
                .GetEnvironmentVariables()
                .Cast<DictionaryEntry>()
                .Select(entry => KeyValuePair.Create((string)entry.Key, (string?)entry.Value ?? ""))
        );
        foreach (var (setting, flag) in Flags)
        {
            if (parsed.GetResult(flag) is not OptionResult { Implicit: false } given)
                continue;
            layers.WithFlag(setting, setting.IsSwitch ? ["true"] : given.Tokens.Select(token => token.Value));
        }

        return layers;
    }

    static string Read(string path)
    {
        try
        {
            return File.ReadAllText(UserPath.Expand(path));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new NodeSettingException($"--config {path}: cannot be read: {error.Message}");
        }
    }

    /// <summary>A setting that cannot be used is a bad call.</summary>
    public static async Task<int> Checked(Func<Task<int>> verb)
    {
        try
        {
            return await verb();
        }
        catch (NodeSettingException error)
        {
            throw new CommandException(ExitCode.BadCall, error.Message);
        }
    }

    static Option Flag(NodeSetting setting)
    {
        var help = setting.Default is { } value && !setting.IsSwitch ? $"{setting.Help} [{value}]" : setting.Help;
        return setting.IsSwitch ? new Option<bool>(setting.Flag) { Description = help }
            : setting.IsList ? new Option<string[]>(setting.Flag) { Description = help }
            : new Option<string>(setting.Flag) { Description = help };
    }
}
