using System.Collections.Immutable;
using System.CommandLine;
using System.Text.Json;
using Orchestrator.Remote;
using Orchestrator.Run;
using Orchestrator.Sweeps;
using Orchestrator.Sweeps.Domain;
using Orchestrator.Sweeps.Specs;
using Orchestrator.Sweeps.SweepFiles;

namespace Orchestrator.Commands;

/// <summary><c>sweep fork</c></summary>
static class SweepForkCommand
{
    public static Command Create(TimeProvider time)
    {
        var which = new Argument<string>("sweep") { Description = "Name of the sweep" };
        var trial = new Argument<string?>("trial")
        {
            Description = "The trial from whose newest checkpoint to go on; none: the whole sweep anew",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var name = new Option<string>("--name") { Description = "Name of the new sweep", Required = true };
        var set = new Option<string[]>("--set")
        {
            Description =
                "Something to change: training.epochs=20, dataset=mnist; a list is swept: training.learning_rate=[1.0e-4, 3.0e-4]",
        };
        var dryRun = new Option<bool>("--dry-run") { Description = "Print the new sweep's file, and do nothing" };
        var local = new LocalRun();
        var command = new Command(
            "fork",
            "Begin a new sweep from a trial's checkpoint, or of another's file. Without --server it then runs to its "
                + "end on this machine"
        )
        {
            which,
            trial,
            name,
            set,
            dryRun,
            SweepCommands.DataDirectory,
            SweepCommands.Server,
            SweepCommands.Insecure,
            SweepCommands.Json,
        };
        local.AddTo(command);
        command.SetAction(
            async (parsed, cancel) =>
            {
                var (sets, isDry) = (Sets(parsed.GetValue(set) ?? []), parsed.GetValue(dryRun));
                using var cluster = SweepCommands.Cluster(parsed);
                if (cluster is not null)
                {
                    var answer = await cluster.AskAsync(
                        parsed.GetRequiredValue(which),
                        $"fork?dry_run={(isDry ? "true" : "false")}",
                        JsonSerializer.Serialize(
                            new
                            {
                                name = parsed.GetRequiredValue(name),
                                trial = parsed.GetValue(trial),
                                set = sets.ToDictionary(),
                            },
                            OrchestratorJson.Compact
                        ),
                        cancel
                    );
                    if (isDry)
                        Console.Write(JsonDocument.Parse(answer).RootElement.GetProperty("file").GetString());
                    else
                        Console.WriteLine(parsed.GetValue(SweepCommands.Json) ? answer : $"{parsed.GetRequiredValue(name)} accepted");
                    return ExitCode.Done;
                }

                var (folder, parent) = SweepCommands.Find(
                    parsed.GetRequiredValue(which),
                    parsed.GetRequiredValue(SweepCommands.DataDirectory)
                );
                var (file, spec) = File(parent, parsed.GetValue(trial), parsed.GetRequiredValue(name), sets);
                if (isDry)
                {
                    Console.Write(file);
                    return ExitCode.Done;
                }

                return await SweepRun.RunAsync(local.Of(parsed, folder.SweepFile(spec.Name), folder), new SweepInput(file, spec), time);
            }
        );
        return command;
    }

    static (string Text, SweepSpec Spec) File(
        SweepState parent,
        string? trial,
        string name,
        ImmutableArray<KeyValuePair<string, string>> sets
    )
    {
        try
        {
            return ForkFile.Of(parent, trial is null ? null : TrialName.Number(trial, parent.Spec.Name, parent.Trials.Count), name, sets);
        }
        catch (ForkFileException error)
        {
            throw new CommandException(ExitCode.BadCall, $"--set {error.Message}");
        }
    }

    static ImmutableArray<KeyValuePair<string, string>> Sets(string[] sets) =>
        [
            .. sets.Select(one =>
                one.IndexOf('=', StringComparison.Ordinal) is > 0 and var at
                    ? KeyValuePair.Create(one[..at].Trim(), one[(at + 1)..])
                    : throw new CommandException(ExitCode.BadCall, $"--set {one}: expected path=value, such as training.epochs=20")
            ),
        ];
}
