using System.CommandLine;
using Orchestrator.Evaluation;
using Orchestrator.Training.Trials;

namespace Orchestrator.Commands;

/// <summary><c>trial …</c>: the child processes of attempts and evaluations; their exit codes say the cause.</summary>
static class TrialCommands
{
    public static Command Create()
    {
        var run = new Verb(
            "run",
            "Train one trial as the JSON file says; JSON lines on standard output; leaves when standard input ends",
            TrialProcess.Run,
            Rehearsal.Run
        );
        var evaluate = new Verb(
            "evaluate",
            "Score one checkpoint as the JSON file says; JSON lines on standard output; leaves when standard input ends",
            EvaluationProcess.Run,
            EvaluationRehearsal.Run
        );
        return new Command("trial", "The child process of one attempt; not for people")
        {
            run.Command(),
            Check(),
            evaluate.Command(),
            Wait(run, evaluate),
        };
    }

    static Command Check()
    {
        var command = new Command("check", "Say that such a process comes to life here, and how many CUDA devices libtorch sees");
        command.SetAction(_ => ChildProcess.Check(Messages()));
        return command;
    }

    // Not the console's own writer: a line that the parent no longer takes is no failure of the work.
    static TextWriter Messages() => new StreamWriter(Console.OpenStandardOutput());

    static Command Wait(params Verb[] verbs)
    {
        var verb = new Argument<string>("verb") { Description = "What it will do" }.AcceptOnlyFromAmong([
            .. verbs.Select(known => known.Name),
        ]);
        var folder = new Argument<string>("folder")
        {
            Description = "The data folder whose trials it serves; for those who list processes",
        };
        var command = new Command("wait", "Get ready for the verb, and do it with the JSON file that standard input names in a line")
        {
            verb,
            folder,
        };
        command.SetAction(parsed =>
        {
            var told = verbs.Single(known => known.Name == parsed.GetRequiredValue(verb));
            return OnThreadOfItsOwn(() =>
                ChildProcess.Wait(Console.OpenStandardInput(), told.Rehearse, file => told.Run(file, Messages(), null, null))
            );
        });
        return command;
    }

    // Torch's dispose scopes and grad mode belong to a thread: the work has one of its own.
    static int OnThreadOfItsOwn(Func<int> work)
    {
        var code = 0;
        var thread = new Thread(() => code = work(), maxStackSize: 16 << 20);
        thread.Start();
        thread.Join();
        // All is written and said; to unload libtorch takes a quarter of a second.
        ProcessEnd.Now(code);
        return code;
    }

    sealed record Verb(string Name, string Description, Func<string, TextWriter, Stream?, TimeProvider?, int> Run, Action Rehearse)
    {
        public Command Command()
        {
            var file = new Argument<string>("file") { Description = "JSON of the attempt" };
            var command = new Command(Name, Description) { file };
            command.SetAction(parsed =>
                OnThreadOfItsOwn(() => Run(parsed.GetRequiredValue(file), Messages(), Console.OpenStandardInput(), null))
            );
            return command;
        }
    }
}
