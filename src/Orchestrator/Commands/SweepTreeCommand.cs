using System.CommandLine;
using System.Text.Json;
using Orchestrator.Output;
using Orchestrator.Reports.Views;
using Orchestrator.Sweeps;

namespace Orchestrator.Commands;

/// <summary><c>sweep tree</c></summary>
static class SweepTreeCommand
{
    public static Command Create(TimeProvider time)
    {
        var command = new Command("tree", "Which sweep was forked from which")
        {
            SweepCommands.DataDirectory,
            SweepCommands.Server,
            SweepCommands.Insecure,
        };
        command.SetAction(
            async (parsed, cancel) =>
            {
                using var cluster = SweepCommands.Cluster(parsed);
                var sweeps = cluster is null
                    ? SweepCommands.Listed(SweepCommands.Folder(parsed.GetRequiredValue(SweepCommands.DataDirectory)), time.GetUtcNow())
                    : JsonSerializer.Deserialize<SweepOverviews>(await cluster.ListAsync(cancel), OrchestratorJson.Compact)!;
                foreach (var line in TreeText.Lines(sweeps.Sweeps))
                    Console.WriteLine(line);
                return ExitCode.Done;
            }
        );
        return command;
    }
}
