using Akka.Actor;
using Orchestrator.Cluster.Devices;
using Orchestrator.Cluster.Membership;
using Orchestrator.Cluster.Processes;
using Orchestrator.Sweeps.Attempts;
using Orchestrator.Sweeps.Domain;

namespace Orchestrator.Cluster.Tests;

sealed class FakeMembership(params string[] nodes) : IMembership
{
    readonly HashSet<string> _nodes = [.. nodes];
    readonly List<IActorRef> _subscribers = [];

    public string Self { get; } = nodes[0];

    public bool Contains(string node) => _nodes.Contains(node);

    public void Subscribe(IActorRef subscriber) => _subscribers.Add(subscriber);

    public void Join(string node) => _nodes.Add(node);

    public void Lose(string node)
    {
        _nodes.Remove(node);
        foreach (var subscriber in _subscribers)
            subscriber.Tell(new NodeGone(node));
    }
}

/// <summary>Processes that say what the test says; the probe is told of everything done to them.</summary>
sealed class FakeLauncher(IActorRef probe) : ITrialLauncher
{
    int _lastId;

    public ITrialProcess Start(
        WorkKind kind,
        string taskFile,
        SlotDevice device,
        Action<ProcessMessage> onMessage,
        Action<ProcessExit> onExit
    )
    {
        var process = new FakeProcess(++_lastId, kind, taskFile, onMessage, onExit, probe);
        probe.Tell(process);
        return process;
    }
}

sealed record FakeProcess(int Id, WorkKind Kind, string TaskFile, Action<ProcessMessage> Say, Action<ProcessExit> Exit, IActorRef Probe)
    : ITrialProcess,
        INoSerializationVerificationNeeded
{
    public void Terminate() => Probe.Tell(new Terminated(Id));

    public void Kill() => Probe.Tell(new Killed(Id));

    public void ExitWith(int code) => Exit(new ProcessExit(code, ""));

    public sealed record Terminated(int Id) : INoSerializationVerificationNeeded;

    public sealed record Killed(int Id) : INoSerializationVerificationNeeded;
}
