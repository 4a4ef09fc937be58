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
        schedule.AcceptOnlyFromAmong([.. ScheduleChoices.Names]);
        var dryRun = new Option<bool>("--dry-run") { Description = "Say what would be done, and do nothing" };
        var yes = Consent.Option();
        var local = new LocalRun();
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
            SweepCommands.Json,
        };
        local.AddTo(command);
        command.SetAction(
            async (parsed, cancel) =>
            {
                var path = UserPath.Expand(parsed.GetRequiredValue(file));
                var input = SweepInput.Read(path);
                var (name, beyond, json) = (input.Spec.Name, parsed.GetValue(schedule), parsed.GetValue(SweepCommands.Json));
                var change = new ChangeSpec(input.Spec, input.Text, ScheduleChoices.Parse(beyond));
                using var cluster = SweepCommands.Cluster(parsed);
                var state = cluster is null ? SweepCommands.Find(name, parsed.GetRequiredValue(SweepCommands.DataDirectory)).State : null;
                var plan = state is null ? Read(await ApplyAsync(isDryRun: true)) : ChangePlan.From(state, change);
                Say(plan, json, isAll: parsed.GetValue(dryRun));
                if (!plan.Refusals.IsEmpty)
                    return ExitCode.BadCall;
                if (parsed.GetValue(dryRun) || !plan.Changes)
                    return ExitCode.Done;
                if (plan.NeedsSchedule || (!parsed.GetValue(yes) && !Consent.IsGiven("Nothing was changed")))
                    return ExitCode.BadCall;
                if (state is null)
                {
                    var answer = await ApplyAsync(isDryRun: false);
                    Console.WriteLine(json ? answer : $"{name}: changed");
                    return ExitCode.Done;
                }

                var folder = SweepCommands.Folder(parsed.GetRequiredValue(SweepCommands.DataDirectory));
                return await SweepRun.ApplyAsync(local.Of(parsed, path, folder) with { Change = change }, input, state, time);

                Task<string> ApplyAsync(bool isDryRun) =>
                    cluster!.ApplyAsync(
                        name,
                        input.Text,
                        $"?dry_run={(isDryRun ? "true" : "false")}{(beyond is null ? "" : $"&schedule={beyond}")}",
                        cancel
                    );
            }
        );
        return command;
    }

    /// <param name="isAll">The plan is all that is asked for.</param>
    static void Say(ChangePlan plan, bool json, bool isAll)
    {
        if (isAll && json)
            JsonOutput.Write(plan);
        else
            foreach (var line in ChangeText.Lines(plan))
                (json ? Console.Error : Console.Out).WriteLine(line);
    }

    static ChangePlan Read(string json) => JsonSerializer.Deserialize<ChangePlan>(json, OrchestratorJson.Compact)!;
}
