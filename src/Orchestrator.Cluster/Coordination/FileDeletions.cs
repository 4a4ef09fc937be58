using Akka.Actor;
using Akka.Event;
using Orchestrator.Cluster.Membership;
using Orchestrator.Cluster.Protocol;
using Orchestrator.Cluster.Workers;

namespace Orchestrator.Cluster.Coordination;

/// <summary>Has every node of the cluster delete what is to go. One that does not answer, or cannot, is asked again; what a node keeps that
/// has left stays there.</summary>
sealed class FileDeletions : ReceiveActor, IWithTimers
{
    internal static readonly TimeSpan Patience = TimeSpan.FromSeconds(60),
        AskAgain = TimeSpan.FromSeconds(30);

    readonly IMembership _membership;

    // By what is to go the nodes that have deleted it.
    readonly Dictionary<FileProtocol.IDelete, HashSet<Address>> _done = [];
    readonly ILoggingAdapter _log = Context.GetLogger();

    public FileDeletions(IMembership membership)
    {
        _membership = membership;
        Receive<FileProtocol.IDelete>(what =>
        {
            if (_done.TryAdd(what, []))
                Ask(what);
        });
        Receive<Again>(again => Ask(again.What));
        Receive<Answered>(OnAnswer);
        Receive<NodeGone>(_ =>
        {
            foreach (var what in _done.Keys.ToList())
                EndWhereDone(what);
        });
    }

    public ITimerScheduler Timers { get; set; } = null!;

    public static Props Props(IMembership membership) => Akka.Actor.Props.Create(() => new FileDeletions(membership));

    void Ask(FileProtocol.IDelete what)
    {
        if (EndWhereDone(what))
            return;
        foreach (var node in _membership.Addresses.Where(node => !_done[what].Contains(node)))
            Context
                .ActorSelection(new RootActorPath(node) / "user" / SweepFilesActor.Name)
                .Ask<IProtocolMessage>(what, Patience)
                .PipeTo(
                    Self,
                    success: answer => new Answered(what, node, (answer as FileProtocol.NotDeleted)?.Reason),
                    failure: _ => new Answered(what, node, "it does not answer")
                );
    }

    void OnAnswer(Answered answer)
    {
        if (!_done.TryGetValue(answer.What, out var done))
            return;
        if (answer.Refusal is null)
        {
            done.Add(answer.Node);
            EndWhereDone(answer.What);
            return;
        }

        _log.Warning("sweep {Sweep}: files on {Node} are not deleted: {Reason}", answer.What.Sweep, answer.Node, answer.Refusal);
        Context.System.EventStream.Publish(new SweepProtocol.NotDeletedYet(answer.What.Sweep, answer.Refusal));
        Timers.StartSingleTimer(answer.What, new Again(answer.What), AskAgain);
    }

    /// <returns>False while some node has not deleted it.</returns>
    bool EndWhereDone(FileProtocol.IDelete what)
    {
        if (!_done.TryGetValue(what, out var done) || !_membership.Addresses.All(done.Contains))
            return false;
        _done.Remove(what);
        Timers.Cancel(what);
        Context.Parent.Tell(new Done(what));
        return true;
    }

    /// <summary>Told to the parent: no node has any of it.</summary>
    public sealed record Done(FileProtocol.IDelete What) : INoSerializationVerificationNeeded;

    sealed record Again(FileProtocol.IDelete What) : INoSerializationVerificationNeeded, IDeadLetterSuppression;

    sealed record Answered(FileProtocol.IDelete What, Address Node, string? Refusal)
        : INoSerializationVerificationNeeded,
            IDeadLetterSuppression;
}
