using System.CommandLine;
using System.Text.Json;
using Orchestrator.Output;
using Orchestrator.Remote;
using Orchestrator.Reports.Views;
using Orchestrator.Sweeps;

namespace Orchestrator.Commands;

/// <summary><c>sweep cost</c>: of one sweep, or of all together.</summary>
static class SweepCostCommand
{
    public static Command Create(TimeProvider time)
    {
        var which = new Argument<string?>("sweep")
        {
            Description = "Name of the sweep, or a data folder that holds one; without it, of all sweeps",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var by = new Option<string?>("--by")
        {
            Description =
                $"Also by {SweepCost.Base}, {SweepCost.Node}, {SweepCost.Trial}, {SweepCost.Attempt}, or a parameter such as "
                + $"training.learning_rate; of all sweeps by {string.Join(", ", SweepCost.GroupingsOfAll)}",
        };
        var command = new Command("cost", "What sweeps took until now: time in slots, GPU-hours and cost, by what came of it")
        {
            which,
            by,
            SweepCommands.DataDirectory,
            SweepCommands.Server,
            SweepCommands.Insecure,
            SweepCommands.Json,
        };
        command.SetAction(
            async (parsed, cancel) =>
            {
                var cost = parsed.GetValue(which) is null
                    ? await OfAllAsync(parsed, parsed.GetValue(by), time, cancel)
                    : await OfOneAsync(parsed, which, parsed.GetValue(by), time, cancel);
                if (parsed.GetValue(SweepCommands.Json))
                    JsonOutput.Write(cost);
                else
                    foreach (var line in CostText.Lines(cost))
                        Console.WriteLine(line);
                return ExitCode.Done;
            }
        );
        return command;
    }

    static async Task<SweepCost> OfOneAsync(
        ParseResult parsed,
        Argument<string?> which,
        string? by,
        TimeProvider time,
        CancellationToken cancel
    )
    {
        using var source = SweepCommands.Source(parsed, which!, time);
        return await source.CostAsync(by, cancel);
    }

    static async Task<SweepCost> OfAllAsync(ParseResult parsed, string? by, TimeProvider time, CancellationToken cancel)
    {
        using var cluster = SweepCommands.Cluster(parsed);
        if (cluster is not null)
            return JsonSerializer.Deserialize<SweepCost>(await cluster.CostAsync(by, cancel), OrchestratorJson.Compact)!;
        LocalSweeps.RequireBy(by, SweepCost.GroupingsOfAll);
        var sweeps = new LocalSweeps(SweepCommands.Folder(parsed.GetRequiredValue(SweepCommands.DataDirectory)));
        return SweepCost.OfAll(sweeps.States(), by, time.GetUtcNow());
    }
}
