using Akka.Actor;
using Akka.Persistence;

namespace Orchestrator.Cluster.Coordination;

/// <summary>Reads the journal once while the node starts, and stops: connections, tables and compiled code are then there when this
/// coordinator takes over, which takes seconds off a failover.</summary>
sealed class JournalWarmUp : UntypedPersistentActor
{
    public static Props Props { get; } = Akka.Actor.Props.Create(() => new JournalWarmUp());

    /// <summary>A name under which nothing is ever written.</summary>
    public override string PersistenceId => "warm-up";

    protected override void OnRecover(object message)
    {
        if (message is RecoveryCompleted)
            Context.Stop(Self);
    }

    protected override void OnCommand(object message) => Unhandled(message);
}
