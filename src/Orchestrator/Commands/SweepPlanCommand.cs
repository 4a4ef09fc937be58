using System.CommandLine;
using Orchestrator.Output;
using Orchestrator.Run;
using Orchestrator.Sweeps;
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
                var forecast = Forecast();
                if (parsed.GetValue(SweepCommands.Json))
                    JsonOutput.Write(forecast);
                else
                    foreach (var line in ForecastText.Lines(forecast))
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
}
