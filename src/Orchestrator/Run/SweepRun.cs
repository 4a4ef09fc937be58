using System.Collections.Immutable;
using System.Runtime.InteropServices;
using Orchestrator.Cluster.Journal;
using Orchestrator.Doctor;
using Orchestrator.Output;
using Orchestrator.Reports.Results;
using Orchestrator.Reports.Views;
using Orchestrator.Sweeps;
using Orchestrator.Sweeps.Domain;
using Orchestrator.Sweeps.Specs;
using Spectre.Console;

namespace Orchestrator.Run;

sealed record SweepRunOptions(string File, DataFolder Folder, int? Slots, int? MetricsPort, bool Plain, bool Json)
{
    /// <summary>GPUs to use, of those that this process was given; null for all.</summary>
    public string? Devices { get; init; }

    /// <summary>The numbers of failed trials to try again, empty for all of them; null for none.</summary>
    public ImmutableArray<int>? Retry { get; init; }

    /// <summary>The sweep is changed to what the file says; null where the file is to be the sweep's own.</summary>
    public ChangeSpec? Change { get; init; }
}

/// <summary><c>sweep run</c> and <c>sweep retry</c> without a server: a cluster of one that brings one sweep to its end.</summary>
static class SweepRun
{
    public static async Task<int> RunAsync(SweepRunOptions options, TimeProvider time)
    {
        OpenFiles.RequireForSweep(options.Slots ?? 1);
        var input = SweepInput.Read(options.File);
        var before = Before(options.Folder, input.Spec);
        if (before is { IsOver: true, Notices.Open.IsEmpty: true } && (options.Retry is null || !SweepFailures.Of(before).Any))
        {
            using var held = DataFolderLock.Take(options.Folder, time, input.Spec.Name);
            Show(options, before, time);
            Console.Error.WriteLine($"Sweep '{input.Spec.Name}' was over before: nothing was tried.");
            return End(options, before);
        }

        return await GoOnAsync(options, input, before, time);
    }

    /// <param name="state">As the journal in the data folder has it.</param>
    public static async Task<int> RetryAsync(SweepRunOptions options, SweepState state, TimeProvider time)
    {
        if (!SweepFailures.Of(state, options.Retry ?? []).Any)
        {
            Console.Error.WriteLine($"Sweep '{state.Spec.Name}': nothing of that has failed, nothing was tried.");
            return ExitCode.Done;
        }

        return await GoOnAsync(options, new SweepInput(state.File, state.Spec), state, time);
    }

    /// <summary>Begins a sweep whose file is none yet, or goes on with it.</summary>
    public static Task<int> RunAsync(SweepRunOptions options, SweepInput input, TimeProvider time) =>
        GoOnAsync(options, input, Before(options.Folder, input.Spec), time);

    /// <summary>Changes the sweep, and runs what is to be run of it.</summary>
    /// <param name="state">As the journal in the data folder has it.</param>
    public static Task<int> ApplyAsync(SweepRunOptions options, SweepInput input, SweepState state, TimeProvider time) =>
        GoOnAsync(options, input, state, time);

    static async Task<int> GoOnAsync(SweepRunOptions options, SweepInput input, SweepState? before, TimeProvider time)
    {
        var (folder, spec) = (options.Folder, input.Spec);
        var channels = Channels.For(spec, folder, isNew: before is null || options.Change is not null, time);
        // Everything that can be found out by looking is, before anything is written; a child that loads libtorch takes the longest.
        var preparing = ClusterOfOne.PrepareAsync(options, spec);
        var data = Preflight.Load(spec, folder);
        var dataset = input.Dataset(data, folder, before?.DatasetSha256);
        Preflight.Require(spec, data, folder);
        if (before is null)
            Preflight.RequireFork(spec, folder);
        if (before is null && spec.Budget != SweepBudget.Unlimited)
            BudgetFit.Require(
                spec,
                SweepForecast.SecondsOfEpoch(spec, folder, data),
                SweepForecast.SecondsOfEvaluation(spec, folder),
                spec.Resources.Device.StartsWith(ResourceSpec.Cuda, StringComparison.Ordinal),
                time.GetUtcNow()
            );
        var goesOnUnknown = before is null && Leftovers.AreOf(spec, folder, dataset);
        ClusterOfOne.CheckMetricsPort(options.MetricsPort);
        var slots = await preparing;
        using var held = DataFolderLock.Take(folder, time, spec.Name);
        Console.Error.WriteLine(slots.Line);
        if (slots.Warning is { } warning)
            Console.Error.WriteLine($"warning: {warning}");
        if (goesOnUnknown)
            Console.Error.WriteLine(
                $"{folder.Sweep(spec.Name)} holds checkpoints of this very sweep, which the journal does not know: they are gone on from."
            );
        input.Keep(folder);
        var progress = ProgressDisplay.Create(options.Plain || options.Json, time);
        using var signals = new StopSignals();
        var state = await ClusterOfOne.RunAsync(options, slots, channels, input, dataset, progress, signals, time);
        if (NoticesTold.Left(state) is { } left)
            Console.Error.WriteLine(left);
        if (!state.IsOver)
            return LeftEarly(options, state);
        Show(options, state, time);
        return End(options, state);
    }

    /// <summary>The sweep as an earlier run left it; null where there was none.</summary>
    static SweepState? Before(DataFolder folder, SweepSpec spec)
    {
        if (new JournalReader(new ReadOnlyJournal(folder, spec.Name)).Sweep(spec.Name) is not { } before)
            return null;
        var differences = SpecDifference.Between(before.Spec, spec);
        if (differences.Count == 0)
            return before;
        throw new CommandException(
            ExitCode.BadCall,
            $"{folder.Root} already has a sweep '{spec.Name}' with another spec:\n  {string.Join("\n  ", differences)}\n"
                + $"{ChangeText.Would(ChangePlan.From(before, new ChangeSpec(spec, "")))}\n"
                + "See what would be done, and do it, with orchestrator sweep apply; or give this one another name, or another --data-dir."
        );
    }

    static int LeftEarly(SweepRunOptions options, SweepState state)
    {
        var kept = $"checkpoints and journal are in {options.Folder.Root}. Go on with:\n  {ResumeCommand.Of(options, state.Spec.Name)}";
        if (state.PausedBecause is not { } because)
        {
            Console.Error.WriteLine($"Interrupted; {kept}");
            return ExitCode.Interrupted;
        }

        Console.Error.WriteLine(
            $"Sweep '{state.Spec.Name}' paused itself: {StatusText.SelfPause(because)}\nNo trial has failed by it; {kept}"
        );
        return ExitCode.Failed;
    }

    static void Show(SweepRunOptions options, SweepState state, TimeProvider time)
    {
        var results = SweepResults.From(state);
        var report = ReportWriter.Write(state, options.Folder, time, command: ResumeCommand.Of(options, state.Spec.Name));
        if (options.Json)
        {
            JsonOutput.Write(results);
            return;
        }

        try
        {
            ResultsPrinter.Print(AnsiConsole.Console, results);
            Console.WriteLine($"Report: {report}");
        }
        catch (OutputException error)
        {
            // The sweep is what was asked for, and it is done.
            Console.Error.WriteLine($"{error.Message}; the results are in {report}");
        }
    }

    static int End(SweepRunOptions options, SweepState state)
    {
        if (state.StoppedBecause is { } budget)
            Console.Error.WriteLine($"Stopped by its budget: {budget.Message}.");
        if (SweepFailures.Of(state) is { Any: true } failures)
            Console.Error.WriteLine(
                $"{failures}. When the cause is mended, try again what failed with:\n  "
                    + $"{ResumeCommand.Of(options, state.Spec.Name, "--retry-failed")}"
            );
        return state.Status == SweepStatus.Failed ? ExitCode.Failed : ExitCode.Done;
    }
}

/// <summary>Counts requests to stop (Ctrl-C, SIGTERM): the first one drains, the second one leaves at once.</summary>
sealed class StopSignals : IDisposable
{
    readonly TaskCompletionSource _first = new(TaskCreationOptions.RunContinuationsAsynchronously);
    readonly PosixSignalRegistration[] _registrations;

    public StopSignals() =>
        _registrations = [
            .. new[] { PosixSignal.SIGINT, PosixSignal.SIGTERM }.Select(signal => PosixSignalRegistration.Create(signal, OnSignal)),
        ];

    public Task First => _first.Task;

    public void Dispose() => Array.ForEach(_registrations, registration => registration.Dispose());

    void OnSignal(PosixSignalContext context)
    {
        context.Cancel = true;
        if (_first.TrySetResult())
            Console.Error.WriteLine("Stopping: running trials checkpoint first. Once more leaves at once.");
        else
            Environment.Exit(ExitCode.Interrupted); // the children see their standard input end
    }
}
