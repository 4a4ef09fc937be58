using Akka.Actor;
using Akka.Event;
using Akka.Persistence;
using Orchestrator.Cluster.Journal;
using Orchestrator.Cluster.Protocol;

namespace Orchestrator.Cluster.Coordination;

/// <summary>Deletes all events and snapshots of a sweep whose actor has stopped. Where that fails it stops, to be tried again.</summary>
sealed class JournalDeletion(string sweep) : UntypedPersistentActor
{
    readonly ILoggingAdapter _log = Context.GetLogger();

    public static Props Props(string sweep) => Akka.Actor.Props.Create(() => new JournalDeletion(sweep));

    public override string PersistenceId => PersistenceIds.Sweep(sweep);

    /// <summary>Nothing needs to be read.</summary>
    public override Recovery Recovery => Recovery.None;

    protected override void OnRecover(object message)
    {
        // First the snapshots: one without its events is of no use to anybody.
        if (message is RecoveryCompleted)
            DeleteSnapshots(SnapshotSelectionCriteria.Latest);
    }

    protected override void OnCommand(object message)
    {
        switch (message)
        {
            case DeleteSnapshotsSuccess:
                DeleteMessages(long.MaxValue);
                break;
            case DeleteMessagesSuccess:
                Context.Parent.Tell(new Done(sweep));
                break;
            case DeleteSnapshotsFailure { Cause: var cause }:
                Fail(cause);
                break;
            case DeleteMessagesFailure { Cause: var cause }:
                Fail(cause);
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    void Fail(Exception cause)
    {
        _log.Warning("sweep {Sweep}: its journal is not deleted yet: {Reason}", sweep, cause.Message);
        Context.System.EventStream.Publish(new SweepProtocol.NotDeletedYet(sweep, cause.Message));
        Context.Stop(Self);
    }

    /// <summary>Nothing of the sweep is left in the journal.</summary>
    public sealed record Done(string Sweep) : INoSerializationVerificationNeeded;
}
