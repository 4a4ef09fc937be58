using System.Collections;
using System.CommandLine;
using System.CommandLine.Parsing;
using System.Text.Json;
using Orchestrator.Cluster;
using Orchestrator.Cluster.Journal;
using Orchestrator.Cluster.Settings;
using Orchestrator.Run;
using Orchestrator.Sweeps;

namespace Orchestrator.Commands;

/// <summary><c>node …</c>: every setting of the table is a flag.</summary>
static class NodeCommands
{
    static readonly Option<string?> ConfigFile = new("--config")
    {
        Description = "Settings file: lines of 'key = value', as in cluster/*.conf",
    };
    static readonly Option<bool> Json = new("--json") { Description = "One JSON document on standard output, nothing else there" };

    static readonly (NodeSetting Setting, Option Flag)[] Flags = [.. NodeSettingTable.All.Select(setting => (setting, Flag(setting)))];

    public static Command Create(TimeProvider time) => new("node", "The nodes of a cluster") { Start(time), Config(time) };

    static Command Start(TimeProvider time)
    {
        var command = WithSettings(new Command("start", "Start a node: it joins the cluster of its seeds, or forms one"));
        command.SetAction((parsed, _) => Checked(() => NodeRun.RunAsync(NodeSettings.From(Layers(parsed), time), time)));
        return command;
    }

    static Command Config(TimeProvider time)
    {
        var command = WithSettings(
            new Command("config", "Print every setting, its value and where it came from; then what is wrong with them, if anything")
        );
        command.Add(Json);
        command.SetAction(
            (parsed, _) =>
                Checked(() =>
                {
                    var layers = Layers(parsed);
                    Print(layers, parsed.GetValue(Json));
                    NodeSettings.From(layers, time);
                    return Task.FromResult(ExitCode.Done);
                })
        );
        return command;
    }

    static void Print(LayeredSettings layers, bool json)
    {
        if (json)
        {
            Console.WriteLine(
                JsonSerializer.Serialize(
                    new
                    {
                        settings = layers.All.Select(value => new
                        {
                            key = value.Setting.Key,
                            values = value.Values.Select(text => Shown(value.Setting, text)),
                            value.Origin,
                        }),
                    },
                    OrchestratorJson.Indented
                )
            );
            return;
        }

        var width = NodeSettingTable.All.Max(setting => setting.Key.Length);
        foreach (var value in layers.All)
            Console.WriteLine(
                $"{value.Setting.Key.PadRight(width)}  {string.Join(", ", value.Values.Select(text => Shown(value.Setting, text))), -24} "
                    + $" {(value.Values.IsEmpty ? "not set" : value.Origin)}"
            );
    }

    static string Shown(NodeSetting setting, string text)
    {
        if (!setting.IsSecret || text == setting.Default)
            return text;
        try
        {
            return new PostgresJournal(text).Masked;
        }
        catch (ArgumentException)
        {
            return "***";
        }
    }

    static LayeredSettings Layers(ParseResult parsed)
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

    static async Task<int> Checked(Func<Task<int>> verb)
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

    static Command WithSettings(Command command)
    {
        command.Add(ConfigFile);
        foreach (var (_, flag) in Flags)
            command.Add(flag);
        return command;
    }

    static Option Flag(NodeSetting setting)
    {
        var help = setting.Default is { } value && !setting.IsSwitch ? $"{setting.Help} [{value}]" : setting.Help;
        return setting.IsSwitch ? new Option<bool>(setting.Flag) { Description = help }
            : setting.IsList ? new Option<string[]>(setting.Flag) { Description = help }
            : new Option<string>(setting.Flag) { Description = help };
    }
}
