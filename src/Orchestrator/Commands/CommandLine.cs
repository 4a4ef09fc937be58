using System.CommandLine;
using System.CommandLine.Parsing;
using Orchestrator.Cluster.Journal;
using Orchestrator.Sweeps.Specs;

namespace Orchestrator.Commands;

/// <summary>The tree of commands, and the one place where errors become messages and exit codes.</summary>
sealed class CommandLine
{
    readonly RootCommand _root;

    CommandLine(RootCommand root) => _root = root;

    public static CommandLine Create(TimeProvider time) => new(new RootCommand("Shards hyperparameter sweeps of normalizing flows, and brings every one of them to its end.")
    {
        SweepCommands.Create(time),
        NodeCommands.Create(time),
        TokenCommands.Create(time),
        DataCommands.Create(),
        CheckpointCommands.Create(),
        EvalCommands.Create(),
        TrialCommands.Create(),
    });

    public async Task<int> RunAsync(string[] args)
    {
        var parsed = _root.Parse(args);
        if (parsed.Errors.Count > 0)
        {
            foreach (var error in parsed.Errors) Console.Error.WriteLine(error.Message);
            Console.Error.WriteLine($"See 'orchestrator {Path(parsed.CommandResult)}--help'.");
            return ExitCode.BadCall;
        }

        try
        {
            // Signals are the running verb's own business: a sweep drains, a trial checkpoints.
            return await parsed.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null });
        }
        catch (CommandException error)
        {
            Console.Error.WriteLine(error.Message);
            return error.ExitCode;
        }
        catch (SweepFileException error)
        {
            Console.Error.WriteLine(error.Message);
            return ExitCode.BadCall;
        }
        catch (DataFolderException error)
        {
            Console.Error.WriteLine(error.Message);
            return ExitCode.BadCall;
        }
    }

    // The names from the root to the command that was parsed, the root's own left out.
    static string Path(CommandResult? command) =>
        command?.Parent is CommandResult parent ? Path(parent) + command.Command.Name + " " : "";
}
