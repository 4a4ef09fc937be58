using Akka.Actor;
using Orchestrator.Cluster.Protocol;

namespace Orchestrator.Cluster.Workers;

/// <summary>Says when none of a node's slots has had work for long: its machine may be of use to others.</summary>
sealed class IdleGuard : ReceiveActor, IWithTimers
{
    readonly TimeSpan _patience;
    readonly HashSet<int> _working = [];

    /// <param name="leave">Called once, upon that.</param>
    public IdleGuard(TimeSpan patience, Action leave)
    {
        _patience = patience;
        Receive<SlotProtocol.SlotChanged>(slot =>
        {
            if (slot.Lease is not null && _working.Add(slot.Slot))
                Timers.Cancel(nameof(Idle));
            else if (slot.Lease is null && _working.Remove(slot.Slot) && _working.Count == 0)
                Wait();
        });
        Receive<Idle>(_ => leave());
    }

    public static Props Props(TimeSpan patience, Action leave) => Akka.Actor.Props.Create(() => new IdleGuard(patience, leave));

    public ITimerScheduler Timers { get; set; } = null!;

    protected override void PreStart()
    {
        Context.System.EventStream.Subscribe(Self, typeof(SlotProtocol.SlotChanged));
        Wait();
    }

    void Wait() => Timers.StartSingleTimer(nameof(Idle), Idle.Instance, _patience);

    sealed class Idle : INoSerializationVerificationNeeded
    {
        Idle() { }

        public static Idle Instance { get; } = new();
    }
}

/// <summary>Why a node leaves that had no work for long.</summary>
public sealed class NothingToDo : CoordinatedShutdown.Reason
{
    NothingToDo() { }

    public static NothingToDo Instance { get; } = new();

    /// <summary>The exit code upon which nobody starts the node again.</summary>
    public override int ExitCode => 0;
}
