using System.Collections.Immutable;
using Akka.Actor;
using Orchestrator.Cluster.Devices;
using Orchestrator.Cluster.Membership;
using Orchestrator.Cluster.Processes;
using Orchestrator.Sweeps.Domain;
using Orchestrator.Sweeps.Tasks;

namespace Orchestrator.Cluster.Tests;

sealed class FakeMembership(params string[] nodes) : IMembership
{
    readonly HashSet<string> _nodes = [.. nodes];
    readonly List<IActorRef> _subscribers = [];

    public string Self { get; } = nodes[0];

    /// <summary>None: what is to be deleted is so at once.</summary>
    public ImmutableArray<Address> Addresses { get; set; } = [];

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

/// <summary>A process that says what the test says; the probe is told of it, and of everything done to it.</summary>
sealed record FakeProcess(int Id, WorkKind Kind, string TaskFile, Action<ProcessMessage> Say, Action<ProcessExit> Exit, IActorRef Probe)
    : ITrialProcess,
        INoSerializationVerificationNeeded
{
    public SlotDevice Device { get; private init; } = SlotDevice.Cpu;

    public static FakeLauncher Launcher(IActorRef probe)
    {
        var lastId = 0;
        return new FakeLauncher(start =>
        {
            var process = new FakeProcess(++lastId, start.Kind, start.TaskFile, start.Say, start.Exit, probe) { Device = start.Device };
            probe.Tell(process);
            return process;
        });
    }

    public void Terminate() => Probe.Tell(new Terminated(Id));

    public void Kill() => Probe.Tell(new Killed(Id));

    public void ExitWith(int code) => Exit(new ProcessExit(code, ""));

    public sealed record Terminated(int Id) : INoSerializationVerificationNeeded;

    public sealed record Killed(int Id) : INoSerializationVerificationNeeded;
}
