using System.CommandLine;
using System.Text.Json;

namespace Orchestrator.Commands;

/// <summary><c>sweep pause|resume|stop|retry</c>: each may be said twice and is done once.</summary>
static class SweepVerbCommands
{
    public static IEnumerable<Command> Create() =>
    [
        Verb("pause", "Pause a sweep: running trials checkpoint and leave, and no trial begins until it is resumed", "paused"),
        Verb("resume", "Go on with a paused sweep", "resumed"),
        Verb("stop", "Stop a sweep: no further trial begins, running ones checkpoint and end as stopped", "asked to stop"),
        Retry(),
    ];

    static Command Verb(string verb, string description, string done)
    {
        var which = new Argument<string>("sweep") { Description = "Name of the sweep" };
        var command = new Command(verb, description) { which, SweepCommands.RequiredServer(), SweepCommands.Json };
        command.SetAction((parsed, cancel) => AskAsync(parsed, parsed.GetRequiredValue(which), verb, null, done, cancel));
        return command;
    }

    static Command Retry()
    {
        var which = new Argument<string>("sweep") { Description = "Name of the sweep" };
        var trials = new Argument<string[]>("trials") { Description = "Trials, as 0003; default: every trial that failed", Arity = ArgumentArity.ZeroOrMore };
        var command = new Command("retry", "Try failed trials and evaluations again, with all their retries, also of a sweep that is over") { which, trials, SweepCommands.RequiredServer(), SweepCommands.Json };
        command.SetAction((parsed, cancel) =>
        {
            var named = parsed.GetValue(trials) ?? [];
            return AskAsync(parsed, parsed.GetRequiredValue(which), "retry", named.Length == 0 ? null : JsonSerializer.Serialize(new { trials = named }), "what failed is tried again", cancel);
        });
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
