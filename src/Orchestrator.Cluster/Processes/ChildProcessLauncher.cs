using System.Diagnostics;
using Orchestrator.Cluster.Devices;
using Orchestrator.Sweeps.Attempts;
using Orchestrator.Sweeps.Domain;

namespace Orchestrator.Cluster.Processes;

/// <summary>Runs <c>trial run</c> and <c>trial evaluate</c> of the given program as child processes.</summary>
/// <param name="program">The orchestrator's executable, with the arguments that come before the verb.</param>
public sealed class ChildProcessLauncher(string program, params IReadOnlyList<string> arguments) : ITrialLauncher
{
    /// <summary>Bytes that a child process may allocate before a collection comes by itself, in hexadecimal: 64 MiB. Training collects more often, where it is safe.</summary>
    /// <remarks>
    /// TorchSharp makes an object of every number in a tensor expression and hands its native address on. From then on it is garbage, and a collection in that moment
    /// frees the number before the native call has read it: "Expected false to be true, but got false", once in many hours.
    /// </remarks>
    const string FirstGeneration = "4000000";

    /// <summary>Where running children are written down; null: nowhere.</summary>
    public ChildRecords? Records { get; init; }

    public ITrialProcess Start(WorkKind kind, string taskFile, SlotDevice device, Action<ProcessMessage> onMessage, Action<ProcessExit> onExit)
    {
        // Standard input stays open and empty: its end tells the child that we are gone.
        var start = new ProcessStartInfo(program) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in (IEnumerable<string>)[.. arguments, "trial", kind == WorkKind.Training ? "run" : "evaluate", taskFile])
            start.ArgumentList.Add(argument);
        foreach (var (name, value) in device.Environment) start.Environment[name] = value;
        start.Environment["DOTNET_GCgen0size"] = FirstGeneration;
        var process = Process.Start(start) ?? throw new InvalidOperationException($"{program} did not start");
        Records?.Remember(process.Id);
        _ = Follow(process, onMessage, onExit);
        return new ChildProcess(process, process.Id);
    }

    async Task Follow(Process process, Action<ProcessMessage> onMessage, Action<ProcessExit> onExit)
    {
        var errors = ChildMessages.LastErrorsAsync(process.StandardError);
        await ChildMessages.ReadAsync(process.StandardOutput, onMessage).ConfigureAwait(false);
        var lastErrors = await errors.ConfigureAwait(false);
        await process.WaitForExitAsync().ConfigureAwait(false);
        Records?.Forget(process.Id);
        onExit(new ProcessExit(process.ExitCode, lastErrors));
    }

    sealed class ChildProcess(Process process, int id) : ITrialProcess
    {
        public int Id => id;

        public void Terminate()
        {
            if (!process.HasExited) PosixSignals.Terminate(id);
        }

        public void Kill()
        {
            if (!process.HasExited) process.Kill();
        }
    }
}
