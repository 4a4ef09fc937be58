using System.Collections.Immutable;
using Akka.Actor;
using Akka.Event;
using Akka.Persistence;
using Orchestrator.Cluster.Journal;
using Orchestrator.Cluster.Membership;
using Orchestrator.Cluster.Metrics;
using Orchestrator.Cluster.Protocol;
using Orchestrator.Cluster.Serialization;
using Orchestrator.Sweeps.Domain;
using Orchestrator.Sweeps.Tasks;

namespace Orchestrator.Cluster.Coordination;

/// <summary>One sweep: asks the pure domain what to do, keeps what it says in the journal, then acts and answers.</summary>
/// <remarks>
/// It decides at once, on the newest state; what is decided while a write is on its way is written together by the next one. Nobody hears
/// of a decision, or of anything that follows from it, before it is in the journal. A write that fails ends the actor, and what was not
/// yet written with it: the next one begins from the journal.
/// </remarks>
public sealed class SweepActor : UntypedPersistentActor, IWithTimers
{
    static readonly TimeSpan Noticeable = TimeSpan.FromSeconds(1);

    // A snapshot is of the whole state: the more there is of it, the rarer it is made, so that all of them cost a small part of the work.
    const int LeastSinceSnapshot = 10_000,
        PartSinceSnapshot = 10;

    readonly string _sweep;
    readonly TimeSpan _lease;
    readonly IMembership _membership;
    readonly ClusterMetrics _metrics;
    readonly TimeProvider _time;
    readonly ILoggingAdapter _log = Context.GetLogger();
    readonly long _started;

    // As the newest decision leaves it: newer than the journal while a write is on its way.
    SweepState? _state;
    (long Sequence, string Text)? _digest;
    long _snapshot;

    public SweepActor(string sweep, TimeSpan lease, IMembership membership, ClusterMetrics metrics, TimeProvider time)
    {
        _sweep = sweep;
        _lease = lease;
        _membership = membership;
        _metrics = metrics;
        _time = time;
        _started = time.GetTimestamp();
    }

    /// <param name="lease">How long a lease holds after each renewal.</param>
    public static Props Props(string sweep, TimeSpan lease, IMembership membership, ClusterMetrics metrics, TimeProvider time) =>
        Akka.Actor.Props.Create(() => new SweepActor(sweep, lease, membership, metrics, time));

    public ITimerScheduler Timers { get; set; } = null!;

    public override string PersistenceId => PersistenceIds.Sweep(_sweep);

    protected override void OnRecover(object message)
    {
        switch (message)
        {
            case SnapshotOffer { Snapshot: SweepSnapshot snapshot } offer:
                (_state, _snapshot) = (snapshot.State, offer.Metadata.SequenceNr);
                break;
            case SweepEvent fact:
                _state = SweepState.Apply(_state, fact);
                break;
            case RecoveryCompleted when _state is not null:
                var took = _time.GetElapsedTime(_started);
                // A journal that cannot be written is read every few seconds: that is no news.
                _log.Log(
                    took < Noticeable ? LogLevel.DebugLevel : LogLevel.InfoLevel,
                    null,
                    "sweep {Sweep}: {Events} events read in {Seconds:F1} s",
                    _sweep,
                    LastSequenceNr - _snapshot,
                    took.TotalSeconds
                );
                _metrics.Journal.Recovered(took);
                PublishStatus(_state);
                MakeSnapshotWhereDue(_state);
                // What runs on a living node goes on under its lease, which begins anew; the rest is lost with its node.
                foreach (var held in _state.Leases.Values)
                    KeepUntilExpiry(held.Lease.Token);
                foreach (
                    var node in _state.Leases.Values.Select(held => held.Lease.Node).Distinct().Where(node => !_membership.Contains(node))
                )
                    Self.Tell(new NodeGone(node));
                break;
        }
    }

    protected override void OnPersistFailure(Exception cause, object @event, long sequenceNr)
    {
        base.OnPersistFailure(cause, @event, sequenceNr);
        Context.System.EventStream.Publish(new TroubleProtocol.JournalFailed(cause));
    }

    protected override void OnPersistRejected(Exception cause, object @event, long sequenceNr)
    {
        base.OnPersistRejected(cause, @event, sequenceNr);
        Context.System.EventStream.Publish(new TroubleProtocol.JournalFailed(cause));
        // The state has it, and the journal never will.
        Context.Stop(Self);
    }

    protected override void OnRecoveryFailure(Exception reason, object? message = null)
    {
        base.OnRecoveryFailure(reason, message);
        Context.System.EventStream.Publish(new TroubleProtocol.JournalFailed(reason));
    }

    protected override void OnCommand(object message)
    {
        switch (message)
        {
            case SweepProtocol.Submit submit:
                ExecuteAndReply(submit.ToCommand());
                break;
            case Submission submission:
                ExecuteAndReply(submission.Command);
                break;
            case SweepProtocol.IVerb verb:
                ExecuteAndReply(verb.ToCommand());
                break;
            case SweepProtocol.Describe:
                Describe();
                break;
            case Offer offer:
                OnOffer(offer);
                break;
            case SlotsSeen seen when _state is { } state:
                // Most of the time nothing changes, and nothing is to be decided.
                if (Placement.Lack(state, seen.Training, seen.Evaluation) is var lack && lack != state.WaitsBecause)
                    Execute([new NoteWait(lack)], (_, _) => { }, _ => { });
                break;
            case SlotsSeen:
                break;
            case Preempt preempt:
                Execute([new PreemptTrial(preempt.Token, preempt.By)], (_, _) => { }, _ => { });
                break;
            case QuotaDue due:
                Execute([due.Note], (_, _) => { }, _ => { });
                break;
            case NoticeDone done when _state is { } told && told.SubmittedAt == done.SubmittedAt:
                Execute([new SettleNotice(done.Notice, done.Channel, done.GivenUpBecause)], (_, _) => { }, _ => { });
                break;
            case NoticeDone:
                break;
            case TakeCheckpointBack back:
                Execute([back], (_, _) => { }, _ => { });
                break;
            case GivenUp deleted:
                Execute([new ConfirmDeleted(deleted)], (_, _) => { }, _ => { });
                break;
            case BudgetDue:
                Execute([new CheckBudget()], (_, _) => { }, _ => { });
                break;
            case WorkProtocol.RenewLease renew:
                Renew(renew.Token);
                break;
            case WorkProtocol.IReports reports:
                OnReports(reports);
                break;
            case LeaseExpired expired:
                _metrics.Leases.Expired();
                EndLost(expired.Token, "its slot was not heard of before the lease ran out");
                break;
            case NodeGone gone when _state is not null:
                foreach (var held in _state.Leases.Values.Where(held => held.Lease.Node == gone.Node).ToList())
                    EndLost(held.Lease.Token, $"node {gone.Node} is gone");
                break;
            case NodeGone:
                break;
            case SnapshotMade made:
                SnapshotStore.Tell(
                    new SaveSnapshot(new SnapshotMetadata(PersistenceId, made.Sequence, _time.GetUtcNow().UtcDateTime), made.Snapshot)
                );
                break;
            case SaveSnapshotSuccess kept:
                DeleteSnapshots(new SnapshotSelectionCriteria(kept.Metadata.SequenceNr - 1));
                break;
            case SaveSnapshotFailure failure:
                _log.Warning("sweep {Sweep}: a snapshot could not be kept, and is not needed: {Reason}", _sweep, failure.Cause.Message);
                break;
            case DeleteSnapshotsSuccess or DeleteSnapshotsFailure:
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    void OnOffer(Offer offer)
    {
        var coordinator = Sender;
        var (request, slot) = (offer.Request, offer.Slot);
        // A slot that asks holds nothing: a lease it still has here was granted in a message that never arrived, so it is given again.
        var held = _state?.Leases.Values.FirstOrDefault(held =>
            held.Lease.Node == request.Node && held.Lease.Slot == request.Slot && held.Lease.Kind == request.Kind
        );
        if (held is not null)
        {
            var state = _state!;
            KeepUntilExpiry(held.Lease.Token);
            OnceWritten(() => Answer(state, held.Lease));
            return;
        }

        Execute(
            [new GrantLease(request.Node, request.Slot, request.Kind) { Free = request.Free }],
            (state, events) =>
            {
                if (events.OfType<LeaseGranted>().FirstOrDefault() is { } granted)
                    Answer(state, state.Leases[granted.Token].Lease);
                else
                    coordinator.Tell(new Offer.Declined(offer));
            },
            _ => coordinator.Tell(new Offer.Declined(offer))
        );

        void Answer(SweepState state, Lease lease)
        {
            slot.Tell(Work(state, lease, request.Free));
            coordinator.Tell(new Offer.Taken(offer));
        }
    }

    WorkProtocol.WorkGranted Work(SweepState state, Lease lease, SlotResources free)
    {
        var spec = state.Spec;
        var trial = state.Trial(lease.Trial);
        var work = state.SpecOf(trial);
        return new WorkProtocol.WorkGranted(
            _sweep,
            lease,
            work,
            spec.Retention,
            spec.Evaluation,
            trial.Stream,
            Ladders.Milestone(state, trial),
            trial.Epochs,
            lease.Kind == WorkKind.Evaluation ? trial.Checkpoint!.Path : null,
            state.DatasetSha256,
            spec.Resources,
            state.PeakBytes(work, free),
            _lease
        )
        {
            ForkedFrom = lease.Kind == WorkKind.Training ? state.ForkedFrom : null,
        };
    }

    void Renew(long token)
    {
        var slot = Sender;
        if (_state is { } state && state.Leases.ContainsKey(token))
        {
            KeepUntilExpiry(token);
            OnceWritten(() =>
            {
                slot.Tell(new WorkProtocol.LeaseRenewed(token));
                RecallWhereDue(state, token, slot);
            });
        }
        else
        {
            OnceWritten(() => Refuse(slot, token, "the lease ended or was given up"));
        }
    }

    void OnReports(WorkProtocol.IReports reports)
    {
        var (slot, token, inOrder) = (Sender, reports.Token, reports.InOrder());
        if (inOrder is not [.., var last])
            return;
        Execute(
            [.. inOrder.Select(report => report.ToCommand())],
            (state, _) =>
            {
                if (last is WorkProtocol.ReportDataset && !state.Leases.ContainsKey(token))
                {
                    Refuse(slot, token, "the data set is not the one that the sweep began with");
                    return;
                }

                slot.Tell(new WorkProtocol.ReportAccepted(token, last.Sequence));
                RecallWhereDue(state, token, slot);
            },
            reason => Refuse(slot, token, reason)
        );
        if (_state?.Leases.ContainsKey(token) == true)
            KeepUntilExpiry(token);
    }

    void Refuse(IActorRef slot, long token, string reason)
    {
        _metrics.Leases.Refused();
        slot.Tell(new WorkProtocol.LeaseRefused(token, reason));
    }

    /// <summary>A slot that trains for a sweep that stops or is paused hears of it with the next answer it gets.</summary>
    static void RecallWhereDue(SweepState state, long token, IActorRef slot)
    {
        if (state.Leases.TryGetValue(token, out var held) && state.Recalls(held.Lease))
            slot.Tell(new WorkProtocol.LeaseRecalled(token));
    }

    void EndLost(long token, string why) =>
        Execute([new EndLease(token, new AttemptEnd(AttemptCause.NodeLost, why))], (_, _) => { }, _ => { });

    void ExecuteAndReply(SweepCommand command)
    {
        var asker = Sender;
        Execute(
            [command],
            (_, _) => asker.Tell(new SweepProtocol.Accepted(_sweep)),
            reason => asker.Tell(new SweepProtocol.Refused(reason))
        );
    }

    /// <summary>Decides on one command after the other, up to the first that is refused, and answers once all of it is kept.</summary>
    /// <param name="accepted">Told the state that the decisions left, and their events.</param>
    void Execute(ImmutableArray<SweepCommand> commands, Action<SweepState, ImmutableArray<SweepEvent>> accepted, Action<string> refused)
    {
        ImmutableArray<SweepEvent> events = [];
        Action? refuse = null;
        foreach (var command in commands)
        {
            var (happened, refusal) = Decide(command);
            if (refusal is not null)
            {
                refuse = () =>
                {
                    _log.Info("sweep {Sweep}: {Command} refused: {Reason}", _sweep, command.GetType().Name, refusal);
                    refused(refusal);
                };
                break;
            }

            foreach (var fact in happened)
                Apply(fact);
            events = events.AddRange(happened);
        }

        var (decided, state) = (_time.GetTimestamp(), _state);
        var answer = refuse ?? (() => accepted(state!, events));
        if (events.IsEmpty)
        {
            OnceWritten(answer);
            return;
        }

        var left = events.Length;
        PersistAllAsync(
            events,
            fact =>
            {
                AfterPersist(fact);
                if (--left > 0)
                    return;
                _metrics.Journal.Written(events.Length, _time.GetElapsedTime(decided));
                Context.System.EventStream.Publish(TroubleProtocol.JournalWritten.Instance);
                PublishStatus(state!);
                answer();
                MakeSnapshotWhereDue(state!);
            }
        );
    }

    Decision Decide(SweepCommand command)
    {
        var began = _time.GetTimestamp();
        var decision = SweepDecider.Decide(_state, command, _time.GetUtcNow());
        _metrics.Journal.Decided(command, decision, _time.GetElapsedTime(began));
        return decision;
    }

    /// <summary>Changes the state, and the leases that run out with it.</summary>
    void Apply(SweepEvent fact)
    {
        _state = SweepState.Apply(_state, fact);
        switch (fact)
        {
            case LeaseGranted granted:
                KeepUntilExpiry(granted.Token);
                break;
            case LeaseEnded ended:
                Timers.Cancel(ended.Token);
                break;
        }
    }

    /// <summary>Answers what changed nothing, when all that the answer rests on is in the journal.</summary>
    void OnceWritten(Action answer) => DeferAsync(answer, _ => answer());

    void AfterPersist(SweepEvent fact)
    {
        _metrics.Happened(_sweep, fact);
        if (fact is WaitNoted { Because: { } because })
            _log.Warning("sweep {Sweep} waits: {Reason}", _sweep, because);
        if (fact is QuotaNoted { Because: { } reached })
            _log.Warning("sweep {Sweep} waits: {Reason}", _sweep, reached);
        if (fact is not LeaseEnded ended)
            return;
        _log.Info(
            "sweep {Sweep}: {Kind} of trial {Trial} ended: {Cause} {Message}",
            _sweep,
            ended.Kind,
            ended.Trial,
            ended.End.Cause,
            ended.End.Message ?? ""
        );
    }

    void PublishStatus(SweepState state)
    {
        _metrics.SweepChanged(state);
        Context.System.EventStream.Publish(new SweepProtocol.SweepChanged(state));
    }

    /// <summary>Beside the actor: of a large sweep it takes a second.</summary>
    /// <param name="state">As the journal has it.</param>
    void MakeSnapshotWhereDue(SweepState state)
    {
        var sequence = LastSequenceNr;
        if (sequence - _snapshot < Math.Max(LeastSinceSnapshot, sequence / PartSinceSnapshot))
            return;
        _snapshot = sequence;
        Task.Run(() => new SnapshotMade(sequence, SweepSnapshot.Of(state))).PipeTo(Self);
    }

    void Describe()
    {
        var (asker, state) = (Sender, _state);
        OnceWritten(() =>
            asker.Tell(
                state is null ? new SweepProtocol.NotFound(_sweep) : new SweepProtocol.Description(_sweep, LastSequenceNr, Digest(state))
            )
        );
    }

    // Of a large sweep it costs milliseconds, and whoever asks may ask often.
    string Digest(SweepState state)
    {
        if (_digest?.Sequence != LastSequenceNr)
            _digest = (LastSequenceNr, StateDigest.Of(state));
        return _digest!.Value.Text;
    }

    void KeepUntilExpiry(long token) => Timers.StartSingleTimer(token, new LeaseExpired(token), _lease);

    sealed record SnapshotMade(long Sequence, SweepSnapshot Snapshot) : INoSerializationVerificationNeeded, IDeadLetterSuppression;

    sealed record LeaseExpired(long Token) : INoSerializationVerificationNeeded, IDeadLetterSuppression;
}
