using System.CommandLine;
using Orchestrator.Reports.Export;
using Orchestrator.Sweeps;

namespace Orchestrator.Commands;

/// <summary><c>sweep export</c></summary>
static class SweepExportCommand
{
    static readonly string Forms = string.Join(", ", TableFile.Endings.SkipLast(1)) + " or " + TableFile.Endings[^1];

    public static Command Create()
    {
        var which = new Argument<string>("sweep") { Description = "Name of the sweep, or a data folder that holds one" };
        var to = new Option<string>("--to")
        {
            Required = true,
            Description = "File to write: .csv or .parquet with a row for each trial, .md with means over replicates",
        };
        to.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<string>() is { } file && !TableFile.Endings.Contains(Path.GetExtension(file)))
                result.AddError($"--to: expected a name that ends in {Forms}, found '{file}'");
        });
        var rungs = new Option<bool>("--rungs") { Description = "A row for each rung of the scheduler instead" };
        var command = new Command("export", "Write a sweep's results as a table")
        {
            which,
            to,
            rungs,
            SweepCommands.DataDirectory,
            SweepCommands.Server,
            SweepCommands.Insecure,
        };
        command.SetAction(
            async (parsed, cancel) =>
            {
                var file = UserPath.Full(parsed.GetRequiredValue(to));
                var results = await SweepCommands.ResultsAsync(parsed, which, cancel);
                var ofRungs = parsed.GetValue(rungs);
                if (ofRungs && results.Rungs.IsEmpty)
                    throw new CommandException(
                        ExitCode.NotFound,
                        $"{rungs.Name}: no trial of '{results.Sweep.Name}' has arrived at a rung; only asha and hyperband have them"
                    );
                try
                {
                    await (ofRungs ? TableFile.WriteRungsAsync(results, file, cancel) : TableFile.WriteAsync(results, file, cancel));
                }
                catch (Exception error) when (error is IOException or UnauthorizedAccessException)
                {
                    throw new CommandException(ExitCode.BadCall, $"--to: cannot write {file}: {error.Message}");
                }

                Console.WriteLine(file);
                return ExitCode.Done;
            }
        );
        return command;
    }
}
