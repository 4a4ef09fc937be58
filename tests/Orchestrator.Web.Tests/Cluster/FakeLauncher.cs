using System.Threading.Channels;
using Orchestrator.Cluster.Devices;
using Orchestrator.Cluster.Processes;
using Orchestrator.Sweeps.Attempts;
using Orchestrator.Sweeps.Domain;

namespace Orchestrator.Web.Tests.Cluster;

/// <summary>Processes that say what the test says.</summary>
sealed class FakeLauncher : ITrialLauncher
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    readonly Channel<FakeProcess> _started = Channel.CreateUnbounded<FakeProcess>();

    public ITrialProcess Start(
        WorkKind kind,
        string taskFile,
        SlotDevice device,
        Action<ProcessMessage> onMessage,
        Action<ProcessExit> onExit
    )
    {
        var process = new FakeProcess(kind, onMessage, onExit);
        _started.Writer.TryWrite(process);
        return process;
    }

    /// <summary>The next one that a slot starts.</summary>
    public Task<FakeProcess> NextAsync() =>
        _started
            .Reader.ReadAsync(TestContext.Current.CancellationToken)
            .AsTask()
            .WaitAsync(Patience, TestContext.Current.CancellationToken);
}

sealed class FakeProcess(WorkKind kind, Action<ProcessMessage> say, Action<ProcessExit> exit) : ITrialProcess
{
    public int Id => 1;

    public WorkKind Kind => kind;

    public void Epoch(int epoch) => say(new ProcessMessage.EpochFinished(new EpochReport(epoch, epoch * 10, 3, 2.5, 1e-3, 1, 100, 1)));

    public void Complete()
    {
        say(new ProcessMessage.CheckpointWritten(new CheckpointInfo("/checkpoints/1", "00ff", 1, 10, Final: true, 1)));
        exit(new ProcessExit(0, ""));
    }

    public void Terminate() => exit(new ProcessExit(TrialExitCode.Of(AttemptCause.Interrupted), ""));

    public void Kill() => exit(new ProcessExit(137, ""));
}
