using System.ComponentModel;
using System.Diagnostics;
using Orchestrator.Cluster.Devices;
using Orchestrator.Sweeps;
using Orchestrator.Sweeps.Domain;
using Orchestrator.Sweeps.Tasks;

namespace Orchestrator.Cluster.Processes;

/// <summary>Runs <c>trial run</c> and <c>trial evaluate</c> of the given program as child processes.</summary>
/// <param name="program">The orchestrator's executable, with the arguments that come before the verb.</param>
/// <remarks>Beside each child that works, one more waits for the task after it, with everything loaded (<c>trial wait</c>): that
/// task begins without the second that a start takes.</remarks>
public sealed class ChildProcessLauncher(string program, params IReadOnlyList<string> arguments) : ITrialLauncher, IAsyncDisposable
{
    const int Signal = 128,
        Killed = 9,
        Terminated = 15;
    static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    readonly SpareChildren _spares = new();

    /// <summary>Where running children are written down; null: nowhere, and none waits for the next task.</summary>
    public ChildRecords? Records { get; init; }

    public ChildProcessLauncher(ThisProgram program)
        : this(program.File, program.Arguments) { }

    public ITrialProcess Start(
        WorkKind kind,
        string taskFile,
        SlotDevice device,
        Action<ProcessMessage> onMessage,
        Action<ProcessExit> onExit
    )
    {
        var verb = kind == WorkKind.Training ? "run" : "evaluate";
        return _spares.Take(verb, device, taskFile, OnMessage, onExit) ?? Start([verb, taskFile], device, OnMessage, onExit).Process;

        void OnMessage(ProcessMessage message)
        {
            // Its first word: by now the start of another one takes nothing from its own.
            if (message is ProcessMessage.Alive)
                Prepare(verb, device);
            onMessage(message);
        }
    }

    public ValueTask DisposeAsync() => _spares.DisposeAsync();

    void Prepare(string verb, SlotDevice device)
    {
        if (Records is null)
            return;
        try
        {
            _spares.Add(
                new SpareChild(verb, device),
                spare =>
                {
                    var (process, input) = Start(["wait", verb, Records.Folder.Root], device, spare.OnMessage, spare.OnExit);
                    spare.Born(process, input);
                }
            );
        }
        catch (ProgramException)
        {
            // The next task starts a process of its own, and says it.
        }
    }

    /// <summary>Starts one child that does nothing.</summary>
    /// <returns>What it said.</returns>
    /// <exception cref="ProgramException">No child can be started, or none comes to life.</exception>
    public async Task<ProcessMessage.Alive> CheckAsync()
    {
        ProcessMessage.Alive? alive = null;
        var ended = new TaskCompletionSource<ProcessExit>(TaskCreationOptions.RunContinuationsAsynchronously);
        var (process, _) = Start(["check"], null, message => alive = message as ProcessMessage.Alive ?? alive, ended.SetResult);
        try
        {
            var exit = await ended.Task.WaitAsync(Patience).ConfigureAwait(false);
            return alive ?? throw new ProgramException($"{Shown(["check"])}: {exit.Describe()}");
        }
        catch (TimeoutException)
        {
            process.Kill();
            throw new ProgramException($"{Shown(["check"])}: it said nothing for {Patience.TotalSeconds:F0} s");
        }
    }

    /// <param name="device">Null: the child sees of the machine's GPUs what this process sees.</param>
    (ITrialProcess Process, TextWriter Input) Start(
        IReadOnlyList<string> verb,
        SlotDevice? device,
        Action<ProcessMessage> onMessage,
        Action<ProcessExit> onExit
    )
    {
        // Standard input stays open: its end tells the child that we are gone.
        var start = new ProcessStartInfo(program)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var argument in (IEnumerable<string>)[.. arguments, "trial", .. verb])
            start.ArgumentList.Add(argument);
        if (device?.Environment is var (name, value))
            start.Environment[name] = value;
        try
        {
            var process = Process.Start(start)!;
            Records?.Remember(process.Id);
            _ = Follow(process, onMessage, onExit);
            return (new ChildProcess(process, process.Id), process.StandardInput);
        }
        catch (Win32Exception error)
        {
            throw new ProgramException($"{Shown(verb)}: it cannot be started: {new Win32Exception(error.NativeErrorCode).Message}");
        }
    }

    string Shown(IReadOnlyList<string> verb) =>
        string.Join(' ', ((IEnumerable<string>)[program, .. arguments, "trial", .. verb]).Select(ShellCommand.Quote));

    async Task Follow(Process process, Action<ProcessMessage> onMessage, Action<ProcessExit> onExit)
    {
        var errors = ChildMessages.LastErrorsAsync(process.StandardError);
        var lives = false;
        await ChildMessages
            .ReadAsync(
                process.StandardOutput,
                message =>
                {
                    // A line that cannot be read comes as a warning, and may be anybody's.
                    lives |= message is not ProcessMessage.Warning;
                    onMessage(message);
                }
            )
            .ConfigureAwait(false);
        var lastErrors = await errors.ConfigureAwait(false);
        await process.WaitForExitAsync().ConfigureAwait(false);
        Records?.Forget(process.Id);
        // Who was killed while it was starting may well have been about to live.
        onExit(
            new ProcessExit(process.ExitCode, lastErrors)
            {
                NeverLived = !lives && process.ExitCode is not (Signal + Killed or Signal + Terminated),
            }
        );
    }

    sealed class ChildProcess(Process process, int id) : ITrialProcess
    {
        public int Id => id;

        public void Terminate()
        {
            if (!process.HasExited)
                PosixSignals.Terminate(id);
        }

        public void Kill()
        {
            if (!process.HasExited)
                process.Kill();
        }
    }
}
