using System.CommandLine;
using Orchestrator.Evaluation;
using Orchestrator.Training.Trials;

namespace Orchestrator.Commands;

/// <summary><c>trial …</c>: the child processes of attempts and evaluations; their exit codes say the cause.</summary>
static class TrialCommands
{
    public static Command Create() =>
        new("trial", "The child process of one attempt; not for people")
        {
            Verb(
                "run",
                "Train one trial as the JSON file says; JSON lines on standard output; leaves when standard input ends",
                TrialProcess.Run
            ),
            Check(),
            Verb(
                "evaluate",
                "Score one checkpoint as the JSON file says; JSON lines on standard output; leaves when standard input ends",
                EvaluationProcess.Run
            ),
        };

    static Command Check()
    {
        var command = new Command("check", "Say that such a process comes to life here, and how many CUDA devices libtorch sees");
        command.SetAction(_ => ChildProcess.Check(Messages()));
        return command;
    }

    // Not the console's own writer: a line that the parent no longer takes is no failure of the work.
    static TextWriter Messages() => new StreamWriter(Console.OpenStandardOutput());

    static Command Verb(string name, string description, Func<string, TextWriter, Stream?, TimeProvider?, int> run)
    {
        var file = new Argument<string>("file") { Description = "JSON of the attempt" };
        var command = new Command(name, description) { file };
        command.SetAction(parsed =>
        {
            // Torch's dispose scopes and grad mode belong to a thread: the work has one of its own.
            var code = 0;
            var thread = new Thread(
                () => code = run(parsed.GetRequiredValue(file), Messages(), Console.OpenStandardInput(), null),
                maxStackSize: 16 << 20
            );
            thread.Start();
            thread.Join();
            return code;
        });
        return command;
    }
}
