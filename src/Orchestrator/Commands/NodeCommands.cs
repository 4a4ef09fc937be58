using System.CommandLine;
using System.Text.Json;
using Orchestrator.Cluster.Journal;
using Orchestrator.Cluster.Settings;
using Orchestrator.Run;
using Orchestrator.Sweeps;

namespace Orchestrator.Commands;

/// <summary><c>node …</c>: every setting of the table is a flag.</summary>
static class NodeCommands
{
    static readonly Option<bool> Json = new("--json") { Description = "One JSON document on standard output, nothing else there" };

    public static Command Create(TimeProvider time) => new("node", "The nodes of a cluster") { Start(time), Config(time) };

    static Command Start(TimeProvider time)
    {
        var command = NodeFlags.AddTo(new Command("start", "Start a node: it joins the cluster of its seeds, or forms one"));
        command.SetAction(
            (parsed, _) => NodeFlags.Checked(() => NodeRun.RunAsync(NodeSettings.From(NodeFlags.Layers(parsed), time), time))
        );
        return command;
    }

    static Command Config(TimeProvider time)
    {
        var command = NodeFlags.AddTo(
            new Command("config", "Print every setting, its value and where it came from; then what is wrong with them, if anything")
        );
        command.Add(Json);
        command.SetAction(
            (parsed, _) =>
                NodeFlags.Checked(() =>
                {
                    var layers = NodeFlags.Layers(parsed);
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
}
