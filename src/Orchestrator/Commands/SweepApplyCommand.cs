using System.CommandLine;
using System.Text.Json;
using Orchestrator.Output;
using Orchestrator.Reports.Views;
using Orchestrator.Run;
using Orchestrator.Sweeps;
using Orchestrator.Sweeps.Domain;

namespace Orchestrator.Commands;

/// <summary><c>sweep apply</c></summary>
static class SweepApplyCommand
{
    public static Command Create(TimeProvider time)
    {
        var file = new Argument<string>("file") { Description = "The changed sweep file (YAML); its name says which sweep" };
        var schedule = new Option<string?>("--schedule")
        {
            Description =
                "How a learning rate that falls to the last epoch (cosine) goes on where that is another one: restart (falls once "
                + "more, over the epochs that were added), stretch (as if begun with the new last epoch), keep (stays at what it came to)",
        };
        schedule.AcceptOnlyFromAmong("restart", "stretch", "keep");
        var dryRun = new Option<bool>("--dry-run") { Description = "Say what would be done, and do nothing" };
        var yes = new Option<bool>("--yes", "-y") { Description = "Do it without asking" };
        var (slots, devices, noProgress) = (SweepCommands.Slots(), SweepCommands.Devices(), SweepCommands.NoProgress());
        var command = new Command(
            "apply",
            "Change a sweep that ran or runs to what a changed file says; what is still true is kept. Says first what is kept, continued, "
                + "new and dropped, and asks. Without --server the sweep then runs to its end on this machine"
        )
        {
            file,
            schedule,
            dryRun,
            yes,
            SweepCommands.DataDirectory,
            SweepCommands.Server,
            SweepCommands.Insecure,
            slots,
            devices,
            noProgress,
            SweepCommands.Json,
        };
        command.SetAction(
            async (parsed, cancel) =>
            {
                var input = SweepInput.Read(UserPath.Expand(parsed.GetRequiredValue(file)));
                var change = new ChangeSpec(input.Spec, input.Text, ScheduleChoices.Parse(parsed.GetValue(schedule)));
                using var cluster = SweepCommands.Cluster(parsed);
                var how = parsed.GetValue(schedule) is { } chosen ? $"schedule={chosen}" : "";
                SweepState? state = null;
                ChangePlan plan;
                if (cluster is not null)
                    plan = Read(await cluster.ApplyAsync(input.Spec.Name, input.Text, $"?dry_run=true&{how}", cancel));
                else
                {
                    (_, state) = SweepCommands.Find(input.Spec.Name, parsed.GetRequiredValue(SweepCommands.DataDirectory));
                    plan = ChangePlan.From(state, change);
                }

                var json = parsed.GetValue(SweepCommands.Json);
                if (parsed.GetValue(dryRun) && json)
                    JsonOutput.Write(plan);
                else
                    foreach (var line in ChangeText.Lines(plan))
                        (json ? Console.Error : Console.Out).WriteLine(line);
                if (!plan.Refusals.IsEmpty)
                    return ExitCode.BadCall;
                if (parsed.GetValue(dryRun) || !plan.Changes)
                    return ExitCode.Done;
                if (plan.NeedsSchedule)
                    return ExitCode.BadCall;
                if (!parsed.GetValue(yes) && !IsWanted())
                    return ExitCode.BadCall;
                if (cluster is not null)
                {
                    var answer = await cluster.ApplyAsync(input.Spec.Name, input.Text, how.Length == 0 ? "" : $"?{how}", cancel);
                    Console.WriteLine(json ? answer : $"{input.Spec.Name}: changed");
                    return ExitCode.Done;
                }

                return await SweepRun.ApplyAsync(
                    new SweepRunOptions(
                        UserPath.Expand(parsed.GetRequiredValue(file)),
                        SweepCommands.Folder(parsed.GetRequiredValue(SweepCommands.DataDirectory)),
                        parsed.GetValue(slots),
                        MetricsPort: null,
                        Plain: parsed.GetValue(noProgress),
                        Json: json
                    )
                    {
                        Devices = parsed.GetValue(devices),
                        Change = change,
                    },
                    input,
                    state!,
                    time
                );
            }
        );
        return command;
    }

    static ChangePlan Read(string json) => JsonSerializer.Deserialize<ChangePlan>(json, OrchestratorJson.Compact)!;

    static bool IsWanted()
    {
        if (Console.IsInputRedirected)
        {
            Console.Error.WriteLine("Nothing was changed: nobody can be asked here, say --yes.");
            return false;
        }

        Console.Error.Write("Do it? [y/N] ");
        if (Console.ReadLine()?.Trim() is "y" or "Y" or "yes")
            return true;
        Console.Error.WriteLine("Nothing was changed.");
        return false;
    }
}
