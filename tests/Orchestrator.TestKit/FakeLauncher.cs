using Orchestrator.Cluster.Devices;
using Orchestrator.Cluster.Processes;
using Orchestrator.Sweeps.Domain;
using Orchestrator.Sweeps.Tasks;

namespace Orchestrator.TestKit;

/// <summary>What a slot wants started, and how the process tells it what it does and that it has ended.</summary>
public sealed record FakeStart(WorkKind Kind, string TaskFile, Action<ProcessMessage> Say, Action<ProcessExit> Exit)
{
    public SlotDevice Device { get; init; } = SlotDevice.Cpu;
}

/// <summary>Starts no process of the machine, but what the test makes for it.</summary>
public sealed class FakeLauncher(Func<FakeStart, ITrialProcess> start) : ITrialLauncher
{
    /// <summary>Of a node without slots: it is never asked.</summary>
    public static FakeLauncher None { get; } = new(_ => throw new NotSupportedException("this node has no slots"));

    public ITrialProcess Start(
        WorkKind kind,
        string taskFile,
        SlotDevice device,
        Action<ProcessMessage> onMessage,
        Action<ProcessExit> onExit
    ) => start(new FakeStart(kind, taskFile, onMessage, onExit) { Device = device });
}
