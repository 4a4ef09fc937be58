using System.CommandLine;
using System.Text;
using System.Text.Json;
using Orchestrator.Output;
using Orchestrator.Remote;
using Orchestrator.Reports.Views;
using Orchestrator.Sweeps;
using Orchestrator.Sweeps.Domain;

namespace Orchestrator.Commands;

/// <summary><c>sweep show|why|watch|logs</c>: the same of a running cluster and of a data folder.</summary>
static class SweepLookCommands
{
    static readonly TimeSpan LookAgain = TimeSpan.FromSeconds(1),
        EpochLines = TimeSpan.FromSeconds(10);

    public static IEnumerable<Command> Create(TimeProvider time) =>
        [Show(time), Why(time), SweepCostCommand.Create(time), Watch(time), Logs(time)];

    static Command Show(TimeProvider time) =>
        Once(
            "show",
            "How far a sweep is, and what leads",
            time,
            (source, _, cancel) => source.ShowAsync(cancel),
            (source, sweep) => OverviewText.Lines(sweep).Concat(GoOn(source, sweep))
        );

    static Command Why(TimeProvider time) =>
        Once(
            "why",
            "Why trials of a sweep wait, and when the next one is likely to begin",
            time,
            (source, _, cancel) => source.WhyAsync(cancel),
            (_, why) => WhyText.Lines(why)
        );

    /// <summary>Looks once, and says what it saw as JSON or in lines.</summary>
    static Command Once<T>(
        string verb,
        string description,
        TimeProvider time,
        Func<SweepSource, ParseResult, CancellationToken, Task<T>> look,
        Func<SweepSource, T, IEnumerable<string>> lines
    )
    {
        var which = new Argument<string>("sweep") { Description = "Name of the sweep, or a data folder that holds one" };
        var command = new Command(verb, description)
        {
            which,
            SweepCommands.DataDirectory,
            SweepCommands.Server,
            SweepCommands.Insecure,
            SweepCommands.Json,
        };
        command.SetAction(
            async (parsed, cancel) =>
            {
                using var source = SweepCommands.Source(parsed, which, time);
                var seen = await look(source, parsed, cancel);
                if (parsed.GetValue(SweepCommands.Json))
                    JsonOutput.Write(seen);
                else
                    foreach (var line in lines(source, seen))
                        Console.WriteLine(line);
                return ExitCode.Done;
            }
        );
        return command;
    }

    static IEnumerable<string> GoOn(SweepSource source, SweepOverview sweep) =>
        sweep.Interrupted && source.GoOn is { } command ? [$"go on with   {command}"] : [];

    static Command Watch(TimeProvider time)
    {
        var which = new Argument<string>("sweep") { Description = "Name of the sweep, or a data folder that holds one" };
        var lines = new Option<bool>(SweepCommands.Json.Name) { Description = "One JSON document a line, whenever something changed" };
        var command = new Command("watch", "Follow a sweep to its end; to leave does not stop it")
        {
            which,
            SweepCommands.DataDirectory,
            SweepCommands.Server,
            SweepCommands.Insecure,
            lines,
        };
        command.SetAction(
            async (parsed, cancel) =>
            {
                using var source = SweepCommands.Source(parsed, which, time);
                return await WatchAsync(source, parsed.GetValue(lines), time, cancel);
            }
        );
        return command;
    }

    static async Task<int> WatchAsync(SweepSource source, bool json, TimeProvider time, CancellationToken cancel)
    {
        var patience = new Patience(time);
        var (after, shown, shownAt) = (json ? 0 : await NewestAsync(source, cancel), (string?)null, 0L);
        while (true)
        {
            SweepOverview sweep = await source.ShowAsync(cancel);
            if (!json)
            {
                (var lines, after) = await NewsAsync(source, after, cancel);
                foreach (var line in lines)
                    Console.WriteLine(line);
            }

            var now = json ? JsonSerializer.Serialize(sweep, OrchestratorJson.Compact) : OverviewText.Line(sweep);
            var isOver = sweep.EndedAt is not null || patience.IsOver(sweep);
            if (now != shown && (json || isOver || shown is null || time.GetElapsedTime(shownAt) >= EpochLines))
            {
                Console.WriteLine(now);
                (shown, shownAt) = (now, time.GetTimestamp());
            }

            if (isOver && sweep.Interrupted)
                throw Interrupted(source, sweep);
            if (isOver)
                return sweep.State == SweepStatus.Failed ? ExitCode.Failed : ExitCode.Done;
            await Task.Delay(LookAgain, time, cancel);
        }
    }

    static async Task<long> NewestAsync(SweepSource source, CancellationToken cancel)
    {
        var newest = 0L;
        while (await source.JournalAsync(newest, cancel) is { Events.IsEmpty: false } page)
            newest = page.Next;
        return newest;
    }

    // Epochs and checkpoints are in the line about the whole sweep: they, and what each attempt takes, would drown the rest.
    static async Task<(IReadOnlyList<string> Lines, long Next)> NewsAsync(SweepSource source, long after, CancellationToken cancel)
    {
        var lines = new List<string>();
        while (await source.JournalAsync(after, cancel) is { Events.IsEmpty: false } page)
        {
            lines.AddRange(
                page.Events.Where(entry => entry.Type is not ("epoch_reported" or "checkpoint_reported" or "memory_measured"))
                    .Select(entry => entry.Trial is { } trial ? $"trial {trial} {entry.Text}" : entry.Text)
            );
            after = page.Next;
        }

        return (lines, after);
    }

    static Command Logs(TimeProvider time)
    {
        var which = new Argument<string>("sweep") { Description = "Name of the sweep, or a data folder that holds one" };
        var trial = new Argument<string>("trial") { Description = "The trial, as 0003" };
        var follow = new Option<bool>("--follow", "-f") { Description = "Go on until the sweep is over" };
        var command = new Command("logs", "What happened to one trial: attempts, epochs, checkpoints, errors")
        {
            which,
            trial,
            SweepCommands.DataDirectory,
            SweepCommands.Server,
            SweepCommands.Insecure,
            follow,
            SweepCommands.Json,
        };
        command.Validators.Add(result =>
        {
            if (result.GetValue(follow) && result.GetValue(SweepCommands.Json))
                result.AddError("--json is one document, which --follow never ends: give one of them");
        });
        command.SetAction(
            async (parsed, cancel) =>
            {
                using var source = SweepCommands.Source(parsed, which, time);
                var name = parsed.GetRequiredValue(trial);
                if (parsed.GetValue(SweepCommands.Json))
                    Console.WriteLine(
                        JsonSerializer.Serialize(
                            new { trial = name, text = await source.LogAsync(name, 0, cancel) },
                            OrchestratorJson.Indented
                        )
                    );
                else
                    await FollowAsync(source, name, parsed.GetValue(follow), time, cancel);
                return ExitCode.Done;
            }
        );
        return command;
    }

    static async Task FollowAsync(SweepSource source, string trial, bool follow, TimeProvider time, CancellationToken cancel)
    {
        var patience = new Patience(time);
        for (var after = 0L; ; )
        {
            // First whether it is over: what is read after that is all.
            var sweep = follow ? await source.ShowAsync(cancel) : null;
            var isOver = sweep is null || sweep.EndedAt is not null || patience.IsOver(sweep);
            var text = await source.LogAsync(trial, after, cancel);
            Console.Write(text);
            after += Encoding.UTF8.GetByteCount(text);
            if (isOver && sweep is { Interrupted: true })
                throw Interrupted(source, sweep);
            if (isOver)
                return;
            await Task.Delay(LookAgain, time, cancel);
        }
    }

    static CommandException Interrupted(SweepSource source, SweepOverview sweep) =>
        new(ExitCode.Failed, $"{sweep.Name}: interrupted; go on with {source.GoOn}");

    /// <summary>For a sweep that nobody goes on with: its node may just be starting again.</summary>
    sealed class Patience(TimeProvider time)
    {
        static readonly TimeSpan Longest = TimeSpan.FromSeconds(3);
        long? _since;

        public bool IsOver(SweepOverview sweep)
        {
            if (!sweep.Interrupted)
            {
                _since = null;
                return false;
            }

            return time.GetElapsedTime(_since ??= time.GetTimestamp()) >= Longest;
        }
    }
}
