using System.CommandLine;
using System.Text.Json;
using Orchestrator.Output;
using Orchestrator.Reports.Views;
using Orchestrator.Sweeps;

namespace Orchestrator.Commands;

/// <summary><c>sweep compare</c></summary>
static class SweepCompareCommand
{
    public static Command Create()
    {
        var first = new Argument<string>("sweep") { Description = "Name of a sweep" };
        var second = new Argument<string>("other") { Description = "Name of the sweep to compare with it" };
        var by = new Option<string?>("--by")
        {
            Description = $"A row for each {SweepCost.Base}, or each value of a parameter such as training.learning_rate",
        };
        var command = new Command(
            "compare",
            "How the trials of one sweep differ from those of another: paired differences with 95 % intervals, since replicates share "
                + "their random numbers"
        )
        {
            first,
            second,
            by,
            SweepCommands.DataDirectory,
            SweepCommands.Server,
            SweepCommands.Insecure,
            SweepCommands.Json,
        };
        command.SetAction(
            async (parsed, cancel) =>
            {
                var (one, other, grouping) = (parsed.GetRequiredValue(first), parsed.GetRequiredValue(second), parsed.GetValue(by));
                using var cluster = SweepCommands.Cluster(parsed);
                var comparison = cluster is null
                    ? Local(one, other, grouping, parsed.GetRequiredValue(SweepCommands.DataDirectory))
                    : JsonSerializer.Deserialize<SweepComparison>(
                        await cluster.GetAsync(one, $"/compare/{Uri.EscapeDataString(other)}{Query(grouping)}", cancel),
                        OrchestratorJson.Compact
                    )!;
                if (parsed.GetValue(SweepCommands.Json))
                    JsonOutput.Write(comparison);
                else
                    foreach (var line in ComparisonText.Lines(comparison))
                        Console.WriteLine(line);
                return ExitCode.Done;
            }
        );
        return command;
    }

    static string Query(string? by) => by is null ? "" : $"?by={Uri.EscapeDataString(by)}";

    static SweepComparison Local(string one, string other, string? by, string dataDirectory)
    {
        var (first, second) = (SweepCommands.Find(one, dataDirectory).State, SweepCommands.Find(other, dataDirectory).State);
        return SweepComparison.Fault(first, second, by) is { } fault
            ? throw new CommandException(ExitCode.BadCall, $"--{fault}")
            : SweepComparison.From(first, second, by);
    }
}
