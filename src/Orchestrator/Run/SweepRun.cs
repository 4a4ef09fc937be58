using System.Runtime.InteropServices;
using System.Text.Json;
using Orchestrator.Cluster.Journal;
using Orchestrator.Commands;
using Orchestrator.Output;
using Orchestrator.Reports.Results;
using Orchestrator.Sweeps;
using Orchestrator.Sweeps.Domain;
using Orchestrator.Sweeps.Specs;
using Orchestrator.Training.Data;
using Spectre.Console;

namespace Orchestrator.Run;

sealed record SweepRunOptions(string File, DataFolder Folder, int? Slots, int? MetricsPort, bool Plain, bool Json);

/// <summary><c>sweep run</c>: a cluster of one that brings one sweep to its end.</summary>
static class SweepRun
{
    public static async Task<int> RunAsync(SweepRunOptions options, TimeProvider time)
    {
        var (text, spec) = Read(options.File);
        RequireDataset(spec, options.Folder);
        using var held = DataFolderLock.Take(options.Folder, time);
        var state = Before(options.Folder, spec);
        if (state is not { IsOver: true })
        {
            Keep(text, options.Folder.SweepFile(spec.Name));
            var progress = SweepProgress.Create(options.Plain || options.Json, time);
            using var signals = new StopSignals();
            state = await ClusterOfOne.RunAsync(options, spec, text, progress, signals, time);
            if (!state.IsOver)
            {
                Console.Error.WriteLine($"Interrupted; checkpoints and journal are in {options.Folder.Root}. Go on with:\n  {ResumeCommand(options)}");
                return ExitCode.Interrupted;
            }
        }

        Show(options, state, time);
        return state.Status == SweepStatus.Failed ? ExitCode.Failed : ExitCode.Done;
    }

    public static (string Text, SweepSpec Spec) Read(string file)
    {
        try
        {
            if (Directory.Exists(file)) throw new CommandException(ExitCode.BadCall, $"{file}: is a folder: expected a sweep file");
            using var content = File.OpenRead(file);
            var text = SweepFile.ReadText(content, file);
            return (text, SweepFile.Parse(text, file));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new CommandException(ExitCode.BadCall, $"{file}: cannot be read: {error.Message}");
        }
    }

    static void Keep(string text, string file)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, text);
    }

    static void RequireDataset(SweepSpec spec, DataFolder folder)
    {
        try
        {
            new DatasetCatalogue(folder.Datasets).Find(spec.Dataset);
        }
        catch (DatasetException error)
        {
            throw new CommandException(ExitCode.BadCall, $"dataset: {error.Message}");
        }
    }

    /// <summary>The sweep as an earlier run left it; null where there was none.</summary>
    static SweepState? Before(DataFolder folder, SweepSpec spec)
    {
        if (new JournalReader(new SqliteJournal(folder)).Sweep(spec.Name) is not { } before) return null;
        var differences = SpecDifference.Between(before.Spec, spec);
        if (differences.Count == 0) return before;
        throw new CommandException(ExitCode.BadCall,
            $"{folder.Root} already has a sweep '{spec.Name}' with another spec:\n  {string.Join("\n  ", differences)}\nGive this one another name, or another --data-dir.");
    }

    static void Show(SweepRunOptions options, SweepState state, TimeProvider time)
    {
        var results = SweepResults.From(state);
        var report = ReportWriter.Write(state, options.Folder, time);
        if (options.Json)
        {
            Console.WriteLine(JsonSerializer.Serialize(results, OrchestratorJson.Indented));
            return;
        }

        ResultsPrinter.Print(AnsiConsole.Console, results);
        Console.WriteLine($"Report: {report}");
    }

    static string ResumeCommand(SweepRunOptions options) =>
        $"orchestrator sweep run {options.File} --data-dir {options.Folder.Root}{(options.Slots is { } slots ? $" --slots {slots}" : "")}";
}

/// <summary>Counts requests to stop (Ctrl-C, SIGTERM): the first one drains, the second one leaves at once.</summary>
sealed class StopSignals : IDisposable
{
    readonly TaskCompletionSource _first = new(TaskCreationOptions.RunContinuationsAsynchronously);
    readonly PosixSignalRegistration[] _registrations;

    public StopSignals() => _registrations = [.. new[] { PosixSignal.SIGINT, PosixSignal.SIGTERM }.Select(signal => PosixSignalRegistration.Create(signal, OnSignal))];

    public Task First => _first.Task;

    public void Dispose() => Array.ForEach(_registrations, registration => registration.Dispose());

    void OnSignal(PosixSignalContext context)
    {
        context.Cancel = true;
        if (_first.TrySetResult())
            Console.Error.WriteLine("Stopping: running trials checkpoint first. Once more leaves at once.");
        else
            Environment.Exit(ExitCode.Interrupted);   // the children see their standard input end
    }
}
