using System.CommandLine;
using Orchestrator.Output;
using Orchestrator.Run;
using Orchestrator.Sweeps;
using Orchestrator.Sweeps.Domain;
using Orchestrator.Sweeps.Specs;
using Orchestrator.Training.Trials;

namespace Orchestrator.Commands;

/// <summary><c>sweep plan</c></summary>
static class SweepPlanCommand
{
    public static Command Create(TimeProvider time)
    {
        var file = new Argument<string>("file") { Description = "The sweep file (YAML)" };
        var (slots, only) = (SweepCommands.Slots(), SweepCommands.Devices());
        var command = new Command("plan", "What a sweep will take: trials, epochs, evaluations, disk, time; nothing is started or written")
        {
            file,
            SweepCommands.DataDirectory,
            slots,
            only,
            SweepCommands.Json,
        };
        command.SetAction(
            async (parsed, _) =>
            {
                var spec = SweepInput.Read(UserPath.Expand(parsed.GetRequiredValue(file))).Spec;
                var folder = SweepCommands.Folder(parsed.GetRequiredValue(SweepCommands.DataDirectory));
                var data = Preflight.Load(spec, folder);
                Preflight.Require(spec, data, folder);
                var devices = await SlotPlan.DevicesAsync(spec.Resources, parsed.GetValue(only));
                var workers = SlotPlan.Of(devices, spec.Resources, parsed.GetValue(slots), devices.Cuda.Length).Workers.Length;
                var hasGpu = devices.Cuda.Length > 0 && spec.Resources.Device != ResourceSpec.Cpu;
                BudgetFit.Require(spec, null, 0, hasGpu, time.GetUtcNow());
                var forecast = Forecast();
                if (spec.Budget != SweepBudget.Unlimited)
                    BudgetFit.Require(
                        spec,
                        forecast.SecondsPerEpoch,
                        SweepForecast.SecondsOfEvaluation(spec, folder),
                        hasGpu,
                        time.GetUtcNow()
                    );
                if (parsed.GetValue(SweepCommands.Json))
                    JsonOutput.Write(forecast);
                else
                    foreach (var line in ForecastText.Lines(forecast).Concat(BudgetText(spec.Budget, hasGpu)))
                        Console.WriteLine(line);
                return ExitCode.Done;

                SweepForecast Forecast()
                {
                    try
                    {
                        return SweepForecast.Of(spec, workers, folder, data, time);
                    }
                    catch (TrialFailure failure)
                    {
                        throw new CommandException(ExitCode.BadCall, failure.Message);
                    }
                }
            }
        );
        return command;
    }

    static IEnumerable<string> BudgetText(SweepBudget budget, bool hasGpu) =>
        budget == SweepBudget.Unlimited
            ? []
            : [$"budget       {StatusText.Of(budget)}", .. BudgetFit.Notes(budget, hasGpu).Select(note => $"             {note}")];
}
