using System.CommandLine;
using System.Text.Json;
using Orchestrator.Cluster.Journal;
using Orchestrator.Output;
using Orchestrator.Remote;
using Orchestrator.Reports.Results;
using Orchestrator.Reports.Views;
using Orchestrator.Run;
using Orchestrator.Sweeps;
using Orchestrator.Sweeps.Domain;
using Orchestrator.Sweeps.SweepFiles;
using Spectre.Console;

namespace Orchestrator.Commands;

/// <summary><c>sweep …</c></summary>
static class SweepCommands
{
    public const string DefaultDataFolder = "runs";

    internal static readonly Option<string> DataDirectory = new("--data-dir")
    {
        Description = "Folder of journal, checkpoints and results",
        DefaultValueFactory = _ => DefaultDataFolder,
    };

    internal static readonly Option<bool> Json = new("--json") { Description = "One JSON document on standard output, nothing else there" };

    internal static readonly Option<string?> Server = new("--server")
    {
        Description = "A running cluster instead of a data folder: http://host:port of its coordinators, with commas between them",
    };

    internal static readonly Option<bool> Insecure = new("--insecure")
    {
        Description = "Let the token of ORCHESTRATOR_TOKEN go to another machine in plain HTTP, for everybody on the way to read",
    };

    public static Command Create(TimeProvider time)
    {
        var sweep = new Command("sweep", "Run sweeps and look at them") { Run(time), Submit(), List(time) };
        foreach (
            var command in (IEnumerable<Command>)
                [
                    .. SweepLookCommands.Create(time),
                    SweepApplyCommand.Create(time),
                    SweepForkCommand.Create(time),
                    SweepTreeCommand.Create(time),
                    SweepCompareCommand.Create(),
                    .. SweepVerbCommands.Create(time),
                    .. SweepLabelCommands.Create(time),
                    .. SweepRemovalCommands.Create(time),
                    Results(),
                    SweepExportCommand.Create(),
                    SweepReplayCommand.Create(),
                    SweepPlanCommand.Create(time),
                    Report(time),
                    Schema(),
                ]
        )
            sweep.Add(command);
        return sweep;
    }

    static Command Run(TimeProvider time)
    {
        var file = new Argument<string>("file") { Description = "The sweep file (YAML)" };
        var local = new LocalRun();
        var metricsPort = new Option<int?>("--metrics-port")
        {
            Description = "Serve Prometheus metrics on 127.0.0.1 at this port; default: off",
        };
        var retryFailed = new Option<bool>("--retry-failed")
        {
            Description = "Try the trials and evaluations that failed again, with all their retries",
        };
        var dryRun = new Option<bool>("--dry-run")
        {
            Description = "Look at everything, build every distinct flow, train one step of the smallest and the largest; start nothing",
        };
        metricsPort.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int?>() is < 1 or > 65535)
                result.AddError($"{metricsPort.Name} must be from 1 to 65535, found {result.GetValueOrDefault<int?>()}");
        });
        var command = new Command("run", "Run a sweep to its end on this machine; run again after any interruption, it goes on")
        {
            file,
            DataDirectory,
            metricsPort,
            retryFailed,
            dryRun,
            Json,
        };
        local.AddTo(command);
        command.Validators.Add(result =>
        {
            if (result.GetValue(dryRun) && result.GetValue(Json))
                result.AddError("--json: a dry run has no results: leave it out");
        });
        command.SetAction(
            (parsed, _) =>
                parsed.GetValue(dryRun)
                    ? Task.FromResult(
                        DryRun.Run(UserPath.Expand(parsed.GetRequiredValue(file)), Folder(parsed.GetRequiredValue(DataDirectory)), time)
                    )
                    : SweepRun.RunAsync(
                        local.Of(
                            parsed,
                            UserPath.Expand(parsed.GetRequiredValue(file)),
                            Folder(parsed.GetRequiredValue(DataDirectory)),
                            parsed.GetValue(metricsPort)
                        ) with
                        {
                            Retry = parsed.GetValue(retryFailed) ? [] : null,
                        },
                        time
                    )
        );
        return command;
    }

    static Command Submit()
    {
        var file = new Argument<string>("file") { Description = "The sweep file (YAML)" };
        var command = new Command("submit", "Give a sweep to a running cluster; the same file again changes nothing")
        {
            file,
            RequiredServer(),
            Insecure,
            Json,
        };
        command.SetAction(
            async (parsed, cancel) =>
            {
                var input = SweepInput.Read(UserPath.Expand(parsed.GetRequiredValue(file)));
                using var cluster = Cluster(parsed)!;
                var answer = await cluster.SubmitAsync(input.Text, cancel);
                Console.WriteLine(
                    parsed.GetValue(Json) ? answer : $"{JsonDocument.Parse(answer).RootElement.GetProperty("id").GetString()} accepted"
                );
                return ExitCode.Done;
            }
        );
        return command;
    }

    static Command Results()
    {
        var which = new Argument<string>("sweep") { Description = "Name of the sweep, or a data folder that holds one" };
        var command = new Command("results", "What a sweep has found so far, best trial first")
        {
            which,
            DataDirectory,
            Server,
            Insecure,
            Json,
        };
        command.SetAction(
            async (parsed, cancel) =>
            {
                var results = await ResultsAsync(parsed, which, cancel);
                if (parsed.GetValue(Json))
                    JsonOutput.Write(results);
                else
                    ResultsPrinter.Print(AnsiConsole.Console, results);
                return ExitCode.Done;
            }
        );
        return command;
    }

    internal static async Task<SweepResults> ResultsAsync(ParseResult parsed, Argument<string> which, CancellationToken cancel)
    {
        using var cluster = Cluster(parsed);
        if (cluster is null)
        {
            var (folder, state) = Find(parsed.GetRequiredValue(which), parsed.GetRequiredValue(DataDirectory));
            var sweeps = new LocalSweeps(folder);
            var results = sweeps.Results(state);
            if (results.Sweep.Interrupted)
                Console.Error.WriteLine($"{results.Sweep.Name}: interrupted; go on with {sweeps.GoOn(results.Sweep.Name)}");
            return results;
        }

        return JsonSerializer.Deserialize<SweepResults>(
            await cluster.ResultsAsync(parsed.GetRequiredValue(which), cancel),
            OrchestratorJson.Compact
        )!;
    }

    static Command Report(TimeProvider time)
    {
        var which = new Argument<string>("sweep") { Description = "Name of the sweep, or a data folder that holds one" };
        var to = new Option<string?>("--to") { Description = "HTML file to write; default: the report in the sweep's folder" };
        var beside = new Option<string[]>("--beside")
        {
            Description = "Another sweep of the data folder to compare it with; may be repeated",
        };
        var command = new Command("report", "Write the sweep's report again from its journal, and print where it is")
        {
            which,
            DataDirectory,
            to,
            beside,
        };
        command.SetAction(parsed =>
        {
            var (folder, state) = Find(parsed.GetRequiredValue(which), parsed.GetRequiredValue(DataDirectory));
            var file = parsed.GetValue(to) is { } path ? Path.GetFullPath(path) : null;
            try
            {
                var others = (parsed.GetValue(beside) ?? []).Select(other => Find(other, folder.Root).State);
                Console.WriteLine(ReportWriter.Write(state, folder, time, file, beside: others));
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                throw new CommandException(
                    ExitCode.BadCall,
                    file is null
                        ? $"the report cannot be written into {folder.Root} ({error.Message}); give a place for it with --to FILE.html"
                        : $"--to: cannot write {file}: {error.Message}"
                );
            }

            return ExitCode.Done;
        });
        return command;
    }

    static Command List(TimeProvider time)
    {
        var tags = new Option<string[]>("--tag") { Description = "Only sweeps that have this tag; given more than once: all of them" };
        var command = new Command("list", "Sweeps of a data folder or a cluster") { tags, DataDirectory, Server, Insecure, Json };
        command.SetAction(
            async (parsed, cancel) =>
            {
                using var cluster = Cluster(parsed);
                var all = cluster is null
                    ? Listed(Folder(parsed.GetRequiredValue(DataDirectory)), time.GetUtcNow())
                    : JsonSerializer.Deserialize<SweepOverviews>(await cluster.ListAsync(cancel), OrchestratorJson.Compact)!;
                var wanted = parsed.GetValue(tags) ?? [];
                var sweeps = new SweepOverviews([.. all.Sweeps.Where(sweep => wanted.All(sweep.Tags.Contains))]);
                if (parsed.GetValue(Json))
                    JsonOutput.Write(sweeps);
                else
                    foreach (var sweep in sweeps.Sweeps)
                        Console.WriteLine($"{sweep.Id}  {OverviewText.State(sweep)}  {sweep.Dataset}{Tagged(sweep)}{GoOn(sweep)}");

                static string Tagged(SweepOverview sweep) => sweep.Tags.IsEmpty ? "" : $"  [{string.Join(", ", sweep.Tags)}]";

                string GoOn(SweepOverview sweep) =>
                    sweep.Interrupted
                        ? $"  go on with {new LocalSweeps(Folder(parsed.GetRequiredValue(DataDirectory))).GoOn(sweep.Id)}"
                        : "";
                return ExitCode.Done;
            }
        );
        return command;
    }

    internal static SweepOverviews Listed(DataFolder folder, DateTimeOffset now)
    {
        var sweeps = new LocalSweeps(folder);
        return new([.. sweeps.States().Select(sweep => sweeps.Overview(sweep, now))]);
    }

    static Command Schema()
    {
        var command = new Command("schema", "JSON Schema of the sweep file");
        command.SetAction(_ =>
        {
            Console.WriteLine(SweepSchema.ToJson());
            return ExitCode.Done;
        });
        return command;
    }

    /// <summary>The sweep to look at, wherever it is.</summary>
    internal static SweepSource Source(ParseResult parsed, Argument<string> which, TimeProvider time)
    {
        var name = parsed.GetRequiredValue(which);
        if (Cluster(parsed) is { } cluster)
            return new RemoteSweep(cluster, name);
        var (folder, state) = Find(name, parsed.GetRequiredValue(DataDirectory));
        return new LocalSweep(folder, state.Spec.Name, time);
    }

    /// <summary>A sweep by its name in a data folder, or by the data folder that holds nothing else.</summary>
    internal static (DataFolder Folder, SweepState State) Find(string which, string dataDirectory)
    {
        var asFolder = Folder(which);
        if (!File.Exists(asFolder.Journal))
        {
            var folder = Folder(dataDirectory);
            return (
                folder,
                Journal(folder).Sweep(which)
                    ?? throw new CommandException(ExitCode.NotFound, $"there is no sweep '{which}' in {folder.Root}{Known(folder)}")
            );
        }

        var sweeps = Journal(asFolder).Sweeps();
        if (sweeps.Count != 1)
            throw new CommandException(
                ExitCode.BadCall,
                $"{asFolder.Root} holds {sweeps.Count} sweeps; name one with --data-dir {which}{Known(asFolder)}"
            );
        return (
            asFolder,
            Journal(asFolder).Sweep(sweeps[0])
                ?? throw new CommandException(ExitCode.NotFound, $"the sweep '{sweeps[0]}' in {asFolder.Root} never began")
        );
    }

    static string Known(DataFolder folder) =>
        Journal(folder).Sweeps() is { Count: > 0 } names ? $": it has {string.Join(", ", names)}" : "";

    internal static Option<string?> RequiredServer() => new(Server.Name) { Description = Server.Description, Required = true };

    /// <summary>A command that works in a data folder or on a running cluster.</summary>
    internal static Command Anywhere(string verb, string description, params Argument[] arguments)
    {
        var command = new Command(verb, description) { DataDirectory, Server, Insecure, Json };
        foreach (var argument in arguments)
            command.Add(argument);
        return command;
    }

    /// <summary>The running cluster that the call names; null where it names none.</summary>
    internal static CoordinatorClient? Cluster(ParseResult parsed) =>
        parsed.GetValue<string?>(Server.Name) is { } servers ? new CoordinatorClient(servers, parsed.GetValue<bool>(Insecure.Name)) : null;

    static JournalReader Journal(DataFolder folder) => new(new ReadOnlyJournal(folder));

    internal static DataFolder Folder(string path)
    {
        var folder = new DataFolder(UserPath.Full(path));
        return SqliteJournal.Refusal(folder) is { } reason
            ? throw new CommandException(ExitCode.BadCall, $"{DataDirectory.Name}: {reason}")
            : folder;
    }

    internal static Option<int?> Slots()
    {
        var slots = new Option<int?>("--slots") { Description = "Trials at once; default: as many as the GPUs or cores hold" };
        AtLeast(slots, 1);
        return slots;
    }

    internal static Option<string?> Devices() =>
        new("--devices") { Description = "GPUs to use, by number or UUID among those this process was given: 0,2; default: all of them" };

    static void AtLeast(Option<int?> option, int smallest) =>
        option.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int?>() < smallest)
                result.AddError($"{option.Name} must be at least {smallest}");
        });
}
