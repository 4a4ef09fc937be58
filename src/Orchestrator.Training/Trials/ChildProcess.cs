using System.Runtime.InteropServices;
using System.Text.Json;
using Orchestrator.Sweeps.Tasks;

namespace Orchestrator.Training.Trials;

/// <summary>What the child processes of attempts and evaluations have in common: a task as a JSON file, messages as lines, an exit code by
/// cause.</summary>
/// <remarks>SIGTERM means leave (an attempt checkpoints first). SIGINT means nothing: Ctrl-C reaches the parent too, and the parent
/// decides.</remarks>
public static class ChildProcess
{
    /// <param name="read">Reads what there is to do, while libtorch loads: both take long beside a brief task.</param>
    /// <param name="lifeline">Standard input, held open by the parent; at its end this process dies at once, and until then it works at low
    /// priority. Null where nobody holds one.</param>
    /// <returns>One of <see cref="TrialExitCode"/>.</returns>
    public static int Run<T>(
        Func<T> read,
        TextWriter output,
        Stream? lifeline,
        Func<T, Action<ProcessMessage>, CancellationToken, AttemptCause> work
    )
    {
        if (lifeline is not null)
            Begin(lifeline);
        var task = Task.Run(read);
        if (Libtorch.Fault() is { } fault)
            return Dead(fault);
        var say = new MessageWriter(output).Write;
        say(new ProcessMessage.Alive(Environment.ProcessId));
        using var stop = new CancellationTokenSource();
        using var leave = PosixSignalRegistration.Create(
            PosixSignal.SIGTERM,
            signal =>
            {
                signal.Cancel = true;
                stop.Cancel();
            }
        );
        using var ignore = PosixSignalRegistration.Create(PosixSignal.SIGINT, signal => signal.Cancel = true);
        return TrialExitCode.Of(Guard(say, stop.Token, (report, left) => work(task.GetAwaiter().GetResult(), report, left)));
    }

    /// <summary>Gets everything ready that any work needs, waits for the task, and does it.</summary>
    /// <param name="lifeline">Standard input, as of <see cref="Run"/>; the parent writes the path of the task as a line.</param>
    /// <param name="rehearse">Does what work will do, and keeps nothing, so that it is compiled and loaded.</param>
    /// <param name="work">Does the task of the path.</param>
    /// <returns>One of <see cref="TrialExitCode"/>.</returns>
    public static int Wait(Stream lifeline, Action rehearse, Func<string, int> work)
    {
        var task = Begin(lifeline);
        // Without it the work says so.
        if (Libtorch.Fault() is null)
            rehearse();
        return work(task.GetAwaiter().GetResult());
    }

    // In this order: on a busy machine a lifeline of low priority would hear of the parent's end seconds late, and so would one that came
    // after a start at low priority.
    static Task<string> Begin(Stream lifeline)
    {
        var line = Lifeline.Watch(lifeline);
        LowPriority.Enter();
        return line;
    }

    /// <summary>Says whether a process of this program comes to life, and what libtorch sees; nothing else is done.</summary>
    /// <returns>One of <see cref="TrialExitCode"/>.</returns>
    public static int Check(TextWriter output)
    {
        if (Libtorch.Fault() is { } fault)
            return Dead(fault);
        new MessageWriter(output).Write(new ProcessMessage.Alive(Environment.ProcessId, DeviceChoice.CudaDevices, Libtorch.Description));
        return TrialExitCode.Done;
    }

    /// <exception cref="TrialFailure">Bad spec: the file cannot be read as <typeparamref name="T"/>.</exception>
    public static T ReadTask<T>(string path)
        where T : class
    {
        try
        {
            return JsonSerializer.Deserialize<T>(File.ReadAllBytes(path), TaskJson.Compact)
                ?? throw new TrialFailure(AttemptCause.BadSpec, $"{path}: holds null");
        }
        catch (Exception e) when (e is JsonException or IOException or UnauthorizedAccessException)
        {
            throw new TrialFailure(AttemptCause.BadSpec, $"{path}: {e.Message}", inner: e);
        }
    }

    static int Dead(string fault)
    {
        Console.Error.WriteLine(fault);
        return TrialExitCode.Crash;
    }

    internal static AttemptCause Guard(
        Action<ProcessMessage> report,
        CancellationToken stop,
        Func<Action<ProcessMessage>, CancellationToken, AttemptCause> work
    )
    {
        try
        {
            return work(report, stop);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            report(new ProcessMessage.Failed(AttemptCause.Interrupted, "asked to leave"));
            return AttemptCause.Interrupted;
        }
        catch (Exception e)
        {
            var failed = TrialFailure.MessageOf(e);
            if (failed.Cause == AttemptCause.Crash)
                Console.Error.WriteLine(e);
            report(failed);
            return failed.Cause;
        }
    }
}
