using System.CommandLine;
using Orchestrator.Cluster.Journal;
using Orchestrator.Output;
using Orchestrator.Sweeps.Domain;
using static System.FormattableString;

namespace Orchestrator.Commands;

/// <summary><c>sweep replay</c></summary>
static class SweepReplayCommand
{
    const int MostLines = 20;

    public static Command Create()
    {
        var which = new Argument<string>("sweep") { Description = "Name of the sweep, or a data folder that holds one" };
        var until = new Option<long?>("--until") { Description = "Number of the last event to look at; default: all of them" };
        until.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<long?>() < 1)
                result.AddError($"{until.Name} must be at least 1");
        });
        var command = new Command("replay", "Make every decision of a sweep again from its journal, and say whether it is the same")
        {
            which,
            SweepCommands.DataDirectory,
            until,
            SweepCommands.Json,
        };
        command.SetAction(parsed =>
        {
            var (folder, state) = SweepCommands.Find(parsed.GetRequiredValue(which), parsed.GetRequiredValue(SweepCommands.DataDirectory));
            var journal = new JournalReader(new ReadOnlyJournal(folder));
            var replay = JournalReplay.Of(journal, state.Spec.Name, parsed.GetValue(until) ?? long.MaxValue);
            if (parsed.GetValue(SweepCommands.Json))
                JsonOutput.Write(Document(state.Spec.Name, replay));
            else
                foreach (var line in Lines(state.Spec.Name, replay))
                    Console.WriteLine(line);
            return replay.IsSame ? ExitCode.Done : ExitCode.Failed;
        });
        return command;
    }

    static object Document(string sweep, JournalReplay replay) =>
        new
        {
            Sweep = sweep,
            replay.Decided.Events,
            State = replay.Decided.State?.Status,
            replay.Decided.Decisions,
            replay.Decided.Differences,
            replay.Snapshot,
            replay.SnapshotDiffers,
        };

    static IEnumerable<string> Lines(string sweep, JournalReplay replay)
    {
        var decided = replay.Decided;
        yield return Invariant($"{sweep}: {decided.Events} events, {decided.Decisions.Values.Sum()} decisions made again");
        foreach (var (command, count) in decided.Decisions)
            yield return Invariant($"  {command, -18} {count}");
        if (decided.State is { } state)
            yield return $"the state after them: {StatusText.Of(state.Status)}";
        if (replay.Snapshot is { } last)
            yield return Invariant(
                $"the snapshot after event {last} {(replay.SnapshotDiffers ? "holds another state" : "holds the same state")}"
            );
        foreach (var difference in decided.Differences.Take(MostLines))
        {
            yield return Invariant($"event {difference.Event} differs:");
            yield return $"  recorded: {difference.Recorded ?? "nothing"}";
            yield return $"  decided:  {difference.Decided ?? "nothing"}{(difference.Why is { } why ? $" ({why})" : "")}";
        }

        if (decided.Differences.Count > MostLines)
            yield return Invariant($"and {decided.Differences.Count - MostLines} more");
        yield return decided.Differences.Count == 0 ? "every decision is the same" : Invariant($"{decided.Differences.Count} differ");
    }
}
