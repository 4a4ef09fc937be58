using Orchestrator.Sweeps.Tasks;
using Orchestrator.Training.Data;
using Orchestrator.Training.Optimisation;
using static TorchSharp.torch;

namespace Orchestrator.Training.Trials;

/// <summary>The child process of one attempt: a <see cref="TrainingTask"/> as a JSON file in, <see cref="ProcessMessage"/> lines out, an
/// exit code by cause.</summary>
public static class TrialProcess
{
    /// <inheritdoc cref="ChildProcess.Run"/>
    public static int Run(string taskPath, TextWriter output, Stream? lifeline, TimeProvider? time = null) =>
        ChildProcess.Run(
            () => Read(taskPath),
            output,
            lifeline,
            (task, report, stop) => Train(task, report, time ?? TimeProvider.System, stop)
        );

    internal static AttemptCause Run(string taskPath, Action<ProcessMessage> report, TimeProvider time, CancellationToken stop) =>
        ChildProcess.Guard(report, stop, (write, cancel) => Train(Read(taskPath), write, time, cancel));

    static AttemptCause Train(TrainingTask task, Action<ProcessMessage> report, TimeProvider time, CancellationToken stop)
    {
        UseThreads(task.Spec.Threads);
        NumberFormats.Use(task.Spec.Settings.Training.Precision);
        if (SweepPreflight.ThreadFault(task.Spec.Threads, Environment.ProcessorCount) is { } slow)
            report(new ProcessMessage.Warning(slow));
        var data = new DatasetCatalogue(task.DataRoot).Load(task.Spec.Dataset);
        var cause = new TrainingLoop(task, data, report, time).Run(stop);
        if (cause == AttemptCause.Interrupted)
            report(new ProcessMessage.Failed(cause, "asked to leave; all that was done is in the newest checkpoint"));
        return cause;
    }

    static TrainingTask Read(string path)
    {
        var task = ChildProcess.ReadTask<TrainingTask>(path);
        return task is { Format: 1, Spec.Settings: not null, Retention: not null, Directory: not null, Earlier.IsDefault: false }
            ? task
            : throw new TrialFailure(AttemptCause.BadSpec, $"{path}: not a training task of format 1, or parts of it are missing");
    }

    static void UseThreads(int threads)
    {
        if (threads < 1)
            throw new TrialFailure(AttemptCause.BadSpec, $"resources.threads: expected at least 1, found {threads}");
        set_num_threads(threads);

        // Can be set once in a process, and only before libtorch used any.
        if (get_num_interop_threads() != 1)
            set_num_interop_threads(1);
    }
}
