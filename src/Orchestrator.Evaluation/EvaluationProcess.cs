using Orchestrator.Sweeps.Tasks;
using Orchestrator.Training.Trials;

namespace Orchestrator.Evaluation;

/// <summary>The child process of one evaluation: an <see cref="EvaluationTask"/> as a JSON file in, <see cref="ProcessMessage"/> lines out,
/// an exit code by cause.</summary>
public static class EvaluationProcess
{
    /// <param name="lifeline">Standard input, held open by the parent; at its end this process dies at once. Null where nobody holds
    /// one.</param>
    /// <returns>One of <see cref="TrialExitCode"/>.</returns>
    public static int Run(string taskPath, TextWriter output, Stream? lifeline, TimeProvider? time = null) =>
        ChildProcess.Run(
            () => ChildProcess.ReadTask<EvaluationTask>(taskPath),
            output,
            lifeline,
            (task, report, stop) =>
            {
                CheckpointEvaluator.Run(task, report, time, stop);
                return AttemptCause.Done;
            }
        );
}
