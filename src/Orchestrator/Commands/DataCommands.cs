using System.CommandLine;
using Orchestrator.Output;
using Orchestrator.Sweeps;
using Orchestrator.Training.Data;

namespace Orchestrator.Commands;

/// <summary><c>data …</c></summary>
static class DataCommands
{
    static readonly Option<string> DataDirectory = new("--data-dir")
    {
        Description = "Data folder that keeps fetched data sets",
        DefaultValueFactory = _ => SweepCommands.DefaultDataFolder,
    };

    public static Command Create() => new("data", "Data sets") { List(), Fetch() };

    static Command List()
    {
        var json = new Option<bool>("--json") { Description = "One JSON document on standard output, nothing else there" };
        var command = new Command("list", "Data sets: where they are, or how to get them") { DataDirectory, json };
        command.SetAction(parsed =>
        {
            var datasets = Catalogue(parsed).List();
            if (parsed.GetValue(json))
                JsonOutput.Write(new { datasets });
            else
                foreach (var dataset in datasets)
                    Console.WriteLine($"{dataset.Name, -14} {dataset.Found ?? $"not here. {dataset.HowToGet}"}");
            return ExitCode.Done;
        });
        return command;
    }

    static Command Fetch()
    {
        var name = new Argument<string>("name") { Description = "Name of a published data set" };
        var from = new Option<string?>("--from") { Description = "A mirror: an http address or a folder; default: the official address" };
        var command = new Command("fetch", "Fetch a data set, each file verified by its checksum") { name, from, DataDirectory };
        command.SetAction(
            async (parsed, cancel) =>
            {
                try
                {
                    Console.WriteLine(
                        await Catalogue(parsed).Fetch(parsed.GetRequiredValue(name), parsed.GetValue(from), Console.Error.WriteLine, cancel)
                    );
                    return ExitCode.Done;
                }
                catch (DatasetException error)
                {
                    throw new CommandException(ExitCode.Failed, error.Message);
                }
            }
        );
        return command;
    }

    static DatasetCatalogue Catalogue(ParseResult parsed) =>
        new(new DataFolder(UserPath.Full(parsed.GetRequiredValue(DataDirectory))).Datasets);
}
