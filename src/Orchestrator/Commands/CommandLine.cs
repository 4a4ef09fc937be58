using System.CommandLine;
using System.CommandLine.Parsing;
using System.Text.RegularExpressions;

namespace Orchestrator.Commands;

/// <summary>The tree of commands, and the one place where errors become messages and exit codes.</summary>
sealed partial class CommandLine
{
    readonly RootCommand _root;

    CommandLine(RootCommand root) => _root = root;

    public static CommandLine Create(TimeProvider time) =>
        new(
            new RootCommand("Shards hyperparameter sweeps of normalizing flows, and brings every one of them to its end.")
            {
                SweepCommands.Create(time),
                NodeCommands.Create(time),
                SlurmCommands.Create(time),
                DoctorCommand.Create(time),
                TokenCommands.Create(time),
                NotifyCommands.Create(time),
                DataCommands.Create(),
                CheckpointCommands.Create(),
                EvalCommands.Create(),
                TrialCommands.Create(),
            }
        );

    public async Task<int> RunAsync(string[] args)
    {
        // A child's errors are for its node's log, whole.
        if (args is not ["trial", ..])
            AppDomain.CurrentDomain.UnhandledException += (_, unhandled) =>
                Environment.Exit(Failure.Tell((Exception)unhandled.ExceptionObject));
        try
        {
            var parsed = Parse(args);
            if (parsed.Errors.Count > 0)
            {
                foreach (var error in parsed.Errors)
                    Console.Error.WriteLine(InWords(error.Message));
                Console.Error.WriteLine($"See 'orchestrator {Path(parsed.CommandResult)}--help'.");
                return ExitCode.BadCall;
            }

            // Signals are the running verb's own business: a sweep drains, a trial checkpoints.
            return await parsed.InvokeAsync(
                new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null }
            );
        }
        catch (Exception error)
        {
            return Failure.Tell(error);
        }
    }

    ParseResult Parse(string[] args)
    {
        try
        {
            return _root.Parse(args);
        }
        catch (InvalidOperationException error)
        {
            // A rule about a value asked for one that could not be read.
            throw new CommandException(ExitCode.BadCall, InWords(error.Message));
        }
    }

    // The library names types of .NET.
    static string InWords(string message) => ExpectedType().Replace(message, "");

    [GeneratedRegex(" as expected type '[^']*'")]
    private static partial Regex ExpectedType();

    // The names from the root to the command that was parsed, the root's own left out.
    static string Path(CommandResult? command) => command?.Parent is CommandResult parent ? Path(parent) + command.Command.Name + " " : "";
}
