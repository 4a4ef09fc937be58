using System.Threading.Channels;
using Orchestrator.Cluster.Processes;
using Orchestrator.Sweeps.Tasks;

namespace Orchestrator.Web.Tests.Running;

/// <summary>Processes that say what the test says.</summary>
sealed class FakeProcesses
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    readonly Channel<FakeProcess> _started = Channel.CreateUnbounded<FakeProcess>();

    public FakeProcesses() =>
        Launcher = new FakeLauncher(start =>
        {
            var process = new FakeProcess(start);
            _started.Writer.TryWrite(process);
            return process;
        });

    public FakeLauncher Launcher { get; }

    /// <summary>The next one that a slot starts.</summary>
    public Task<FakeProcess> NextAsync() =>
        _started
            .Reader.ReadAsync(TestContext.Current.CancellationToken)
            .AsTask()
            .WaitAsync(Patience, TestContext.Current.CancellationToken);
}

sealed class FakeProcess(FakeStart start) : ITrialProcess
{
    public int Id => 1;

    public void Epoch(int epoch) => start.Say(new ProcessMessage.ReportEpoch(new EpochReport(epoch, epoch * 10, 3, 2.5, 1e-3, 1, 100, 1)));

    public void Complete() => Leave(isFinal: true);

    /// <summary>It has trained to the rung after the first epoch.</summary>
    public void Leave(bool isFinal = false)
    {
        start.Say(new ProcessMessage.ReportCheckpoint(new CheckpointInfo("/checkpoints/1", "00ff", 1, 10, isFinal, 1)));
        start.Exit(new ProcessExit(0, ""));
    }

    public void Terminate() => start.Exit(new ProcessExit(TrialExitCode.Of(AttemptCause.Interrupted), ""));

    public void Kill() => start.Exit(new ProcessExit(137, ""));
}
