using System.Collections.Immutable;
using System.CommandLine;
using System.Text.Json;
using Orchestrator.Cluster.Protocol;
using Orchestrator.Output;
using Orchestrator.Remote;
using Orchestrator.Run;
using Orchestrator.Sweeps.Domain;

namespace Orchestrator.Commands;

/// <summary><c>sweep tag|note</c>: what people say of a sweep, to find it again.</summary>
static class SweepLabelCommands
{
    public static IEnumerable<Command> Create(TimeProvider time) => [Tag(time), Note(time)];

    static Command Tag(TimeProvider time)
    {
        var which = Which();
        var names = new Argument<string[]>("tags") { Description = "Tags, as paper or baseline-v2", Arity = ArgumentArity.OneOrMore };
        var remove = new Option<bool>("--remove") { Description = "Take the tags away" };
        var command = SweepCommands.Anywhere(
            "tag",
            "Give a sweep tags, to find it by with sweep list --tag and on the live page",
            which,
            names
        );
        command.Add(remove);
        command.SetAction(
            async (parsed, cancel) =>
            {
                ImmutableArray<string> tags = [.. parsed.GetRequiredValue(names)];
                var isRemoved = parsed.GetValue(remove);
                if (!isRemoved && SweepLabels.Faults(tags).ToList() is { Count: > 0 } faults)
                    throw new CommandException(ExitCode.BadCall, string.Join("\n", faults));
                var (add, take) = isRemoved ? ([], tags) : (tags, ImmutableArray<string>.Empty);
                await SayAsync(
                    parsed,
                    which,
                    "tag",
                    JsonSerializer.Serialize(new { add, remove = take }),
                    state => new SweepProtocol.Tag(state.Spec.Name, add, take),
                    isRemoved ? $"without {string.Join(", ", tags)}" : $"tagged {string.Join(", ", tags)}",
                    time,
                    cancel
                );
                return ExitCode.Done;
            }
        );
        return command;
    }

    static Command Note(TimeProvider time)
    {
        var which = Which();
        var words = new Argument<string[]>("note")
        {
            Description = "The note, or a trial, as 0003, and the note of it; '' takes it away",
            Arity = new ArgumentArity(1, 2),
        };
        var command = SweepCommands.Anywhere(
            "note",
            "Write a note on a sweep, or on one of its trials, in place of the one before",
            which,
            words
        );
        command.SetAction(
            async (parsed, cancel) =>
            {
                var (trial, text) = parsed.GetRequiredValue(words) is [var named, var of]
                    ? (named, of)
                    : (null, parsed.GetRequiredValue(words)[0]);
                if (SweepLabels.Fault(text) is { } fault)
                    throw new CommandException(ExitCode.BadCall, fault);
                await SayAsync(
                    parsed,
                    which,
                    "note",
                    JsonSerializer.Serialize(new { trial, text }),
                    state => new SweepProtocol.Note(
                        state.Spec.Name,
                        trial is null ? null : TrialName.Number(trial, state.Spec.Name, state.Trials.Count),
                        text
                    ),
                    text.Length > 0 ? "noted" : "no note any more",
                    time,
                    cancel
                );
                return ExitCode.Done;
            }
        );
        return command;
    }

    static Argument<string> Which() => new("sweep") { Description = "Name of the sweep, or a data folder that holds one" };

    /// <summary>Asks a running cluster, or a coordinator of the data folder that is there for this.</summary>
    static async Task SayAsync(
        ParseResult parsed,
        Argument<string> which,
        string verb,
        string body,
        Func<SweepState, SweepProtocol.IVerb> local,
        string done,
        TimeProvider time,
        CancellationToken cancel
    )
    {
        var name = parsed.GetRequiredValue(which);
        using var cluster = SweepCommands.Cluster(parsed);
        if (cluster is not null)
        {
            await cluster.AskAsync(name, verb, body, cancel);
        }
        else
        {
            var (folder, state) = SweepCommands.Find(name, parsed.GetRequiredValue(SweepCommands.DataDirectory));
            name = state.Spec.Name;
            await LocalCoordinator.AskAsync(folder, local(state), time);
        }

        if (parsed.GetValue(SweepCommands.Json))
            JsonOutput.Write(new { id = name });
        else
            Console.WriteLine($"{name}: {done}");
    }
}
