using System.Collections.Immutable;
using System.CommandLine;
using System.Text.Json;
using Orchestrator.Remote;
using Orchestrator.Run;
using Orchestrator.Sweeps;
using Orchestrator.Sweeps.Specs;

namespace Orchestrator.Commands;

/// <summary><c>sweep pause|resume|stop|set|retry</c>: each may be said twice and is done once.</summary>
static class SweepVerbCommands
{
    public static IEnumerable<Command> Create(TimeProvider time) =>
        [
            Verb("pause", "Pause a sweep: running trials checkpoint and leave, and no trial begins until it is resumed", "paused"),
            Verb("resume", "Go on with a paused sweep", "resumed"),
            Verb("stop", "Stop a sweep: no further trial begins, running ones checkpoint and end as stopped", "asked to stop"),
            Set(),
            Retry(time),
        ];

    static Command Set()
    {
        var which = new Argument<string>("sweep") { Description = "Name of the sweep" };
        var settings = new Argument<string[]>("settings")
        {
            Description =
                "What its file has in share and budget: priority=5, weight=2, max_slots=4, budget.gpu_hours=60, training.max_hours=2; "
                + $"{Settable.None} for no bound",
            Arity = ArgumentArity.OneOrMore,
        };
        var command = new Command(
            "set",
            "Change what a sweep may have of the cluster, and its budget: one that its budget stopped goes on with more of it"
        )
        {
            which,
            settings,
            SweepCommands.RequiredServer(),
            SweepCommands.Insecure,
            SweepCommands.Json,
        };
        command.SetAction(
            (parsed, cancel) =>
            {
                var values = Values(parsed.GetRequiredValue(settings), Settable.Faults, "priority=5");
                var set = string.Join(", ", values.Select(one => $"{one.Key} {one.Value}"));
                return AskAsync(parsed, parsed.GetRequiredValue(which), "set", JsonSerializer.Serialize(values), set, cancel);
            }
        );
        return command;
    }

    /// <param name="settings">Each as name=value.</param>
    /// <param name="example">One of them.</param>
    /// <exception cref="CommandException">One is wrong (2).</exception>
    internal static ImmutableSortedDictionary<string, string> Values(
        string[] settings,
        Func<IReadOnlyDictionary<string, string>, IEnumerable<string>> faultsOf,
        string example
    )
    {
        var values = ImmutableSortedDictionary<string, string>.Empty;
        foreach (var setting in settings)
        {
            var (name, text) = setting.IndexOf('=', StringComparison.Ordinal) is > 0 and var at
                ? (setting[..at], setting[(at + 1)..])
                : throw new CommandException(ExitCode.BadCall, $"expected name=value, as in {example}, not {Printable.Quote(setting)}");
            if (values.ContainsKey(name))
                throw new CommandException(ExitCode.BadCall, $"{name}: given twice");
            values = values.Add(name, text);
        }

        return faultsOf(values).ToList() is { Count: > 0 } faults
            ? throw new CommandException(ExitCode.BadCall, string.Join("\n", faults))
            : values;
    }

    static Command Verb(string verb, string description, string done)
    {
        var which = new Argument<string>("sweep") { Description = "Name of the sweep" };
        var command = new Command(verb, description) { which, SweepCommands.RequiredServer(), SweepCommands.Insecure, SweepCommands.Json };
        command.SetAction((parsed, cancel) => AskAsync(parsed, parsed.GetRequiredValue(which), verb, null, done, cancel));
        return command;
    }

    static Command Retry(TimeProvider time)
    {
        var which = new Argument<string>("sweep") { Description = "Name of the sweep, or a data folder that holds one" };
        var trials = new Argument<string[]>("trials")
        {
            Description = "Trials, as 0003; default: every trial that failed",
            Arity = ArgumentArity.ZeroOrMore,
        };
        var local = new LocalRun();
        var command = new Command(
            "retry",
            "Try failed trials and evaluations again, with all their retries, also of a sweep that is over. Without --server the sweep "
                + "then runs to its end on this machine"
        )
        {
            which,
            trials,
            SweepCommands.DataDirectory,
            SweepCommands.Server,
            SweepCommands.Insecure,
            SweepCommands.Json,
        };
        local.AddTo(command);
        command.SetAction(
            (parsed, cancel) =>
            {
                var named = parsed.GetValue(trials) ?? [];
                if (parsed.GetValue(SweepCommands.Server) is null)
                {
                    var (folder, state) = SweepCommands.Find(
                        parsed.GetRequiredValue(which),
                        parsed.GetRequiredValue(SweepCommands.DataDirectory)
                    );
                    return SweepRun.RetryAsync(
                        local.Of(parsed, folder.SweepFile(state.Spec.Name), folder) with
                        {
                            Retry = [.. named.Select(trial => TrialName.Number(trial, state.Spec.Name, state.Trials.Count))],
                        },
                        state,
                        time
                    );
                }

                return AskAsync(
                    parsed,
                    parsed.GetRequiredValue(which),
                    "retry",
                    named.Length == 0 ? null : JsonSerializer.Serialize(new { trials = named }),
                    "what failed is tried again",
                    cancel
                );
            }
        );
        return command;
    }

    static async Task<int> AskAsync(ParseResult parsed, string sweep, string verb, string? body, string done, CancellationToken cancel)
    {
        using var cluster = SweepCommands.Cluster(parsed)!;
        var answer = await cluster.AskAsync(sweep, verb, body, cancel);
        Console.WriteLine(parsed.GetValue(SweepCommands.Json) ? answer : $"{sweep}: {done}");
        return ExitCode.Done;
    }
}
