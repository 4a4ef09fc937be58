using System.Text.Json;
using Orchestrator.Evaluation.Tests.Scoring;
using Orchestrator.Sweeps;
using Orchestrator.Sweeps.Tasks;

namespace Orchestrator.Evaluation.Tests;

public sealed class EvaluationProcessSpecs : IDisposable
{
    readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_task_file_in_and_lines_out()
    {
        var (code, messages) = Run(TaskFile(Task()));
        Assert.Equal(TrialExitCode.Done, code);
        Assert.IsType<ProcessMessage.Started>(messages[0]);
        Assert.IsType<ProcessMessage.Scored>(messages[^1]);
    }

    [Fact]
    public void Each_failure_ends_with_its_cause()
    {
        var task = Task();
        Ends(AttemptCause.BadSpec, folder.At("missing.json"));
        Ends(AttemptCause.BadSpec, TaskFile("{}"));
        Ends(AttemptCause.Data, TaskFile(task with { Spec = task.Spec with { Dataset = "no-such-set" } }));
        Ends(AttemptCause.Data, TaskFile(task with { DatasetSha256 = "0a1b" }));
        Ends(AttemptCause.Crash, TaskFile(task with { Checkpoint = folder.At("no-checkpoint") }));

        void Ends(AttemptCause expected, string path)
        {
            var (code, messages) = Run(path);
            Assert.Equal(TrialExitCode.Of(expected), code);
            Assert.Equal(expected, Assert.IsType<ProcessMessage.Failed>(messages[^1]).Cause);
        }
    }

    static (int Code, ProcessMessage[] Messages) Run(string path)
    {
        using var output = new StringWriter();
        var code = EvaluationProcess.Run(path, output, lifeline: null);
        var lines = output.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        var messages = lines.Select(line => JsonSerializer.Deserialize<ProcessMessage>(line, OrchestratorJson.Compact)!).ToArray();
        // Before anything can go wrong it says that it is alive.
        Assert.IsType<ProcessMessage.Alive>(messages[0]);
        return (code, messages[1..]);
    }

    EvaluationTask Task() => DigitsTrial.Checkpointed(folder, "gaussian");

    string TaskFile(EvaluationTask task) => TaskFile(JsonSerializer.Serialize(task, OrchestratorJson.Compact));

    string TaskFile(string json)
    {
        File.WriteAllText(folder.At("task.json"), json);
        return folder.At("task.json");
    }
}
