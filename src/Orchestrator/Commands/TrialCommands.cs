using System.CommandLine;
using Orchestrator.Evaluation;
using Orchestrator.Training.Trials;

namespace Orchestrator.Commands;

/// <summary><c>trial …</c>: the child processes of attempts and evaluations; their exit codes say the cause.</summary>
static class TrialCommands
{
    public static Command Create() => new("trial", "The child process of one attempt; not for people")
    {
        Verb("run", "Train one trial as the JSON file says; JSON lines on standard output; leaves when standard input ends", TrialProcess.Run),
        Verb("evaluate", "Score one checkpoint as the JSON file says; JSON lines on standard output; leaves when standard input ends", EvaluationProcess.Run),
    };

    static Command Verb(string name, string description, Func<string, TextWriter, Stream?, TimeProvider?, int> run)
    {
        var file = new Argument<string>("file") { Description = "JSON of the attempt" };
        var command = new Command(name, description) { file };
        command.SetAction(parsed =>
        {
            // Torch's dispose scopes and grad mode belong to a thread: the work has one of its own.
            var code = 0;
            var thread = new Thread(() => code = run(parsed.GetRequiredValue(file), Console.Out, Console.OpenStandardInput(), null), maxStackSize: 16 << 20);
            thread.Start();
            thread.Join();
            return code;
        });
        return command;
    }
}
