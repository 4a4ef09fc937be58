using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Orchestrator.Cluster.Journal;
using Orchestrator.Cluster.Protocol;
using Orchestrator.Output;
using Orchestrator.Remote;
using Orchestrator.Reports.Views;
using Orchestrator.Run;
using Orchestrator.Sweeps;
using Orchestrator.Sweeps.Domain;
using Orchestrator.Sweeps.Specs;

namespace Orchestrator.Commands;

/// <summary><c>sweep delete|prune</c>: what they take away is said first, and asked.</summary>
static class SweepRemovalCommands
{
    public static IEnumerable<Command> Create(TimeProvider time) => [Delete(time), Prune(time)];

    static Command Delete(TimeProvider time)
    {
        var which = new Argument<string>("sweep") { Description = "Name of the sweep" };
        var (dryRun, yes) = (DryRun(), Consent.Option());
        var command = SweepCommands.Anywhere(
            "delete",
            "Delete a sweep for good: checkpoints, evaluations, pictures, report and journal, wherever they are. One that runs is to be "
                + "paused or stopped first"
        );
        command.Add(which);
        command.Add(dryRun);
        command.Add(yes);
        command.SetAction(
            async (parsed, cancel) =>
            {
                var (name, json) = (parsed.GetRequiredValue(which), parsed.GetValue(SweepCommands.Json));
                using var cluster = SweepCommands.Cluster(parsed);
                var folder = cluster is null ? SweepCommands.Folder(parsed.GetRequiredValue(SweepCommands.DataDirectory)) : null;
                // What was interrupted in the middle goes on without a question.
                if (folder is not null && new JournalReader(new ReadOnlyJournal(folder)).List().Deleting.Contains(name))
                {
                    await LocalCoordinator.DeleteAsync(folder, name, isThere: false, time);
                    return Done();
                }

                var plan = cluster is null
                    ? DeletionPlan.From(SweepCommands.Find(name, folder!.Root).State, new LocalSweeps(folder).States(), isAttended: false)
                    : Read<DeletionPlan>(await cluster.DeleteAsync(name, "?dry_run=true", cancel));
                if (parsed.GetValue(dryRun) && json)
                    JsonOutput.Write(plan);
                else
                    (json ? Console.Error : Console.Out).WriteLine(
                        string.Create(
                            CultureInfo.InvariantCulture,
                            $"{plan.Id}: {StatusText.Of(plan.State)}, {plan.Trials} {(plan.Trials == 1 ? "trial" : "trials")}, "
                                + $"{ByteSize.Text(plan.CheckpointBytes)} of checkpoints: all of it, "
                                + $"with pictures, logs, report and journal, goes for good"
                        )
                    );
                if (plan.Refusal is { } refusal)
                    throw new CommandException(ExitCode.BadCall, refusal);
                if (parsed.GetValue(dryRun))
                    return ExitCode.Done;
                if (!parsed.GetValue(yes) && !Consent.IsGiven("Nothing was deleted"))
                    return ExitCode.BadCall;
                if (cluster is null)
                    await LocalCoordinator.DeleteAsync(folder!, name, isThere: true, time);
                else
                    await cluster.DeleteAsync(name, "", cancel);
                return Done();

                int Done()
                {
                    if (json)
                        JsonOutput.Write(new { id = name });
                    else
                        Console.WriteLine($"{name}: deleted");
                    return ExitCode.Done;
                }
            }
        );
        return command;
    }

    static Command Prune(TimeProvider time)
    {
        var olderThan = new Option<string?>("--older-than") { Description = "Of sweeps that ended so long ago: 30d (m, h, d, w)" };
        var keepBytes = new Option<string?>("--keep-bytes")
        {
            Description = "Only until the checkpoints of all sweeps take no more than this: 50GB; those that ended first go first",
        };
        var all = new Option<bool>("--all") { Description = "Also the checkpoints of each sweep's best trial" };
        var (dryRun, yes) = (DryRun(), Consent.Option());
        var command = SweepCommands.Anywhere(
            "prune",
            "Delete checkpoints of finished sweeps, but for each sweep's best trial; results, pictures and journal stay. Says what goes, "
                + "and asks"
        );
        foreach (var option in (Option[])[olderThan, keepBytes, all, dryRun, yes])
            command.Add(option);
        command.Validators.Add(result =>
        {
            if (result.GetValue(olderThan) is null && result.GetValue(keepBytes) is null)
                result.AddError($"say what is to go: {olderThan.Name} 30d, {keepBytes.Name} 50GB, or both");
            if (result.GetValue(olderThan) is { } age && !Age.TryParse(age, out _))
                result.AddError($"{olderThan.Name}: expected {Age.Expected}, not {Printable.Quote(age)}");
            if (result.GetValue(keepBytes) is { } size && !ByteSize.TryParseAny(size, out _))
                result.AddError(
                    $"{keepBytes.Name}: expected a size as 50GB (kB, MB, GB, TB, KiB, MiB, GiB, TiB), not {Printable.Quote(size)}"
                );
        });
        command.SetAction(
            async (parsed, cancel) =>
            {
                var json = parsed.GetValue(SweepCommands.Json);
                var (older, keep, isBestToo) = (parsed.GetValue(olderThan), parsed.GetValue(keepBytes), parsed.GetValue(all));
                using var cluster = SweepCommands.Cluster(parsed);
                var folder = cluster is null ? SweepCommands.Folder(parsed.GetRequiredValue(SweepCommands.DataDirectory)) : null;
                var body = JsonSerializer.Serialize(
                    new
                    {
                        older_than = older,
                        keep_bytes = keep,
                        all = isBestToo,
                    }
                );
                var plan = cluster is null ? Planned() : Read<PrunePlan>(await cluster.PruneAsync(body, "?dry_run=true", cancel));
                if (json)
                    JsonOutput.Write(plan);
                else
                    foreach (var line in PruneText.Lines(plan))
                        Console.WriteLine(line);
                if (parsed.GetValue(dryRun) || plan.Sweeps.IsEmpty)
                    return ExitCode.Done;
                if (!parsed.GetValue(yes) && !Consent.IsGiven("Nothing was deleted"))
                    return ExitCode.BadCall;
                if (cluster is null)
                    await LocalCoordinator.PruneAsync(folder!, [.. plan.Sweeps.Select(row => row.Id)], Forks(folder!), isBestToo, time);
                else
                    await cluster.PruneAsync(body, "", cancel);
                if (!json)
                    Console.WriteLine($"{ByteSize.Text(plan.FreedBytes)} of checkpoints deleted");
                return ExitCode.Done;

                PrunePlan Planned()
                {
                    return PrunePlan.Of(
                        new LocalSweeps(folder!).States(),
                        time.GetUtcNow(),
                        older is not null && Age.TryParse(older, out var age) ? age : null,
                        keep is not null && ByteSize.TryParseAny(keep, out var bytes) ? bytes : null,
                        isBestToo
                    );
                }
            }
        );
        return command;
    }

    static Option<bool> DryRun() => new("--dry-run") { Description = "Say what would go, and delete nothing" };

    static ILookup<string, SweepProtocol.Lend> Forks(DataFolder folder) =>
        (
            from fork in new LocalSweeps(folder).States()
            let of = fork.ForkedFrom
            where of is not null
            select new SweepProtocol.Lend(of.Sweep, of.Trial, fork.Spec.Name)
        ).ToLookup(fork => fork.Sweep);

    static T Read<T>(string json) => JsonSerializer.Deserialize<T>(json, OrchestratorJson.Compact)!;
}
