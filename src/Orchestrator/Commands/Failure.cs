using Microsoft.Data.Sqlite;
using Orchestrator.Cluster;
using Orchestrator.Cluster.Journal;
using Orchestrator.Cluster.Processes;
using Orchestrator.Output;
using Orchestrator.Sweeps;
using Orchestrator.Sweeps.SweepFiles;
using Orchestrator.Training.Checkpoints;
using Orchestrator.Training.Data;
using Orchestrator.Training.Trials;

namespace Orchestrator.Commands;

/// <summary>What a person reads of an error, and the exit code that goes with it.</summary>
/// <param name="Message">Null where nobody waits for one.</param>
sealed record Failure(string? Message, int Code)
{
    /// <summary>Set to 1, it shows where in the program an error arose.</summary>
    const string Debug = "ORCHESTRATOR_DEBUG";

    // What the shell shows of a program that a closed pipe ended.
    const int Abandoned = 128 + 13;

    /// <summary>Says the failure on standard error.</summary>
    /// <returns>The exit code.</returns>
    public static int Tell(Exception error)
    {
        var failure = Of(error);
        if (failure.Message is { } message)
            Console.Error.WriteLine(message);
        if (Environment.GetEnvironmentVariable(Debug) == "1")
            Console.Error.WriteLine(error);
        return failure.Code;
    }

    static Failure Of(Exception error) =>
        error switch
        {
            CommandException known => new(known.Message, known.ExitCode),
            OutputException { IsAbandoned: true } => new(null, Abandoned),
            OutputException => new(error.Message, ExitCode.Failed),
            SweepFileException or DataFolderException or UserPathException or NodeSettingException => new(error.Message, ExitCode.BadCall),
            ProgramException => new($"trial processes cannot be started, so nothing was: {error.Message}", ExitCode.BadCall),
            SqliteException => new($"the journal of the data folder (journal.db) cannot be used: {FirstLine(error)}", ExitCode.BadCall),
            DatasetException or CheckpointException or TrialFailure => new(error.Message, ExitCode.Failed),
            OperationCanceledException => new(null, ExitCode.Interrupted),
            OutOfMemoryException => new("there is not enough memory for this", ExitCode.Failed),
            _ when MissingPart(error) is { } part => new(
                $"trial processes cannot be started, so nothing was: {part}.dll, a part of this program, is missing or damaged; build or "
                    + "unpack it again",
                ExitCode.BadCall
            ),
            _ when Libtorch.IsFault(error) => new(Libtorch.Message(error), ExitCode.BadCall),
            FileNotFoundException { FileName: null } when !Directory.Exists(".") => new(
                "the working directory is gone: go to another one, or give absolute paths",
                ExitCode.BadCall
            ),
            IOException or UnauthorizedAccessException => new(FirstLine(error), ExitCode.Failed),
            AggregateException
            or TypeInitializationException
            or System.Reflection.TargetInvocationException when error.InnerException is { } inner => Of(inner),
            _ => new(
                $"orchestrator failed in a way that it does not know: {error.GetType().Name}: {FirstLine(error)} Set {Debug}=1 to see "
                    + "where, and please report that.",
                ExitCode.Failed
            ),
        };

    // The runtime names an assembly with its version.
    static string? MissingPart(Exception error) =>
        error switch
        {
            FileNotFoundException { FileName: { } name } when name.Contains(", Version=", StringComparison.Ordinal) => name[
                ..name.IndexOf(',')
            ],
            FileLoadException { FileName: { } name } => name.Split(',')[0],
            BadImageFormatException { FileName: { } name } => Path.GetFileNameWithoutExtension(name.Split(',')[0]),
            _ => null,
        };

    static string FirstLine(Exception error) =>
        error.Message.Split('\n', 2)[0].TrimEnd() is var line && line.EndsWith('.') ? line : line + ".";
}
