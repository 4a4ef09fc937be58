using System.Collections.Immutable;
using Akka.Actor;
using Akka.Event;
using Akka.Persistence;
using Orchestrator.Cluster.Journal;
using Orchestrator.Cluster.Membership;
using Orchestrator.Cluster.Metrics;
using Orchestrator.Cluster.Notices;
using Orchestrator.Cluster.Protocol;
using Orchestrator.Cluster.Settings;
using Orchestrator.Sweeps.Domain;
using Orchestrator.Sweeps.Specs;

namespace Orchestrator.Cluster.Coordination;

/// <summary>The cluster's one coordinator: looks after every sweep, and offers each free slot to them in turn, as <see cref="Sharing"/>
/// says.</summary>
public sealed class SweepCoordinator : UntypedPersistentActor, IWithTimers
{
    /// <summary>An offer that is not heard of for so long was lost: with a sweep whose journal could not be written, and which began
    /// anew.</summary>
    internal static readonly TimeSpan OfferHolds = TimeSpan.FromSeconds(10);

    /// <summary>How often sweeps are told what slots there are.</summary>
    internal static readonly TimeSpan LookAround = TimeSpan.FromSeconds(15);

    /// <summary>How often sweeps of a higher priority are looked at that wait for slots, and budgets.</summary>
    internal static readonly TimeSpan LookForWaiting = TimeSpan.FromSeconds(2);

    /// <summary>For so long a sweep that waits is not thought to fit a slot that it declined.</summary>
    internal static readonly TimeSpan DeclineHolds = TimeSpan.FromMinutes(1);

    // No sweep can have this name.
    const string NotifierName = "_notifier";

    readonly Func<string, Props> _sweepProps;
    readonly IMembership _membership;
    readonly string? _only;
    readonly JournalReader? _journal;
    readonly NoticeChannels? _channels;
    readonly ClusterMetrics _metrics;
    readonly List<string> _sweeps = [];

    // Every name that was ever taken, and what became of it.
    SweepList _list = SweepList.Empty;

    // By its name, who deletes the journal of a sweep that is being deleted.
    readonly Dictionary<string, IActorRef> _journals = [];
    IActorRef _files = ActorRefs.Nobody;
    readonly Dictionary<string, int> _places = [];

    // By their places, as far as there is a state.
    readonly Dictionary<int, SweepState> _states = [];

    // Places of the sweeps that are not over: the others have nothing to give.
    readonly SortedSet<int> _open = [];

    // Places of the sweeps that slots are being offered to.
    readonly Dictionary<(string Node, int Slot), int> _offered = [];

    // When a sweep last declined a slot though it had trials that wait.
    readonly Dictionary<(int Place, string Node, int Slot), DateTimeOffset> _declined = [];

    // What each slot last asked with.
    readonly Dictionary<(string Node, int Slot), WorkProtocol.RequestWork> _seen = [];

    // Of each kind of slot.
    readonly Dictionary<WorkKind, Turns> _turns = new() { [WorkKind.Training] = new(), [WorkKind.Evaluation] = new() };
    readonly TokenSlots _tokens;
    readonly ILoggingAdapter _log = Context.GetLogger();

    public SweepCoordinator(
        Func<string, Props> sweepProps,
        IMembership membership,
        ClusterMetrics metrics,
        string? only,
        JournalReader? journal,
        Func<ImmutableSortedDictionary<string, TokenQuota>> quotas,
        NoticeChannels? channels
    )
    {
        _tokens = new TokenSlots(quotas);
        _channels = channels;
        _journal = journal;
        _metrics = metrics;
        _only = only;
        _sweepProps = sweepProps;
        _membership = membership;
    }

    public ITimerScheduler Timers { get; set; } = null!;

    /// <param name="sweepProps">The actor of a sweep by its name.</param>
    /// <param name="only">Look after this sweep alone and leave the journal's others as they are.</param>
    /// <param name="journal">Where the sweeps are read that another one's search wants to know of.</param>
    /// <param name="quotas">Of API tokens, by their names, as they are at the moment.</param>
    /// <param name="channels">By which people are told of sweeps; null: nobody is.</param>
    public static Props Props(
        Func<string, Props> sweepProps,
        IMembership membership,
        ClusterMetrics metrics,
        string? only = null,
        JournalReader? journal = null,
        Func<ImmutableSortedDictionary<string, TokenQuota>>? quotas = null,
        NoticeChannels? channels = null
    ) =>
        Akka.Actor.Props.Create(() =>
            new SweepCoordinator(sweepProps, membership, metrics, only, journal, quotas ?? (() => NodeOptions.NoQuotas), channels)
        );

    public override string PersistenceId => PersistenceIds.Coordinator;

    protected override void PreStart()
    {
        base.PreStart();
        _membership.Subscribe(Self);
        Context.System.EventStream.Subscribe(Self, typeof(SweepProtocol.SweepChanged));
        _files = Context.ActorOf(FileDeletions.Props(_membership));
        _metrics.CoordinatorActive(true);
        if (_channels is not null)
            Context.ActorOf(Notifier.Props(_channels, _metrics.Notices), NotifierName);
        Timers.StartPeriodicTimer(nameof(LookAround), Look.Around, LookAround);
        Timers.StartPeriodicTimer(nameof(LookForWaiting), Look.ForWaiting, LookForWaiting);
    }

    protected override void PostStop()
    {
        _metrics.CoordinatorActive(false);
        base.PostStop();
    }

    protected override void OnRecover(object message)
    {
        switch (message)
        {
            case CoordinatorEvent fact:
                _list = _list.With(LastSequenceNr, fact);
                break;
            case RecoveryCompleted:
                foreach (var sweep in _list.Names.Where(sweep => _only is null || _only == sweep))
                {
                    Add(sweep);
                    Start(sweep);
                }

                foreach (var sweep in _list.Deleting)
                    _files.Tell(new FileProtocol.DeleteSweep(sweep));
                break;
        }
    }

    protected override void OnPersistFailure(Exception cause, object @event, long sequenceNr)
    {
        base.OnPersistFailure(cause, @event, sequenceNr);
        Context.System.EventStream.Publish(new TroubleProtocol.JournalFailed(cause));
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
            case SweepProtocol.SweepChanged { State: var state } when _places.TryGetValue(state.Spec.Name, out var place):
                _states[place] = state;
                if (state.IsOver)
                    Close(place);
                else
                    _open.Add(place);
                if (state.ForkedFrom is { } from && StateOf(from.Sweep) is { } lender && !lender.Lent.ContainsKey(state.Spec.Name))
                    Context.Child(from.Sweep).Tell(new SweepProtocol.Lend(from.Sweep, from.Trial, state.Spec.Name), ActorRefs.NoSender);
                foreach (var given in state.GivenUp.Values)
                    _files.Tell(new FileProtocol.DeleteCheckpoints(state.Spec.Name, given.Trial, given.Attempts, given.Kept));
                break;
            case FileDeletions.Done { What: FileProtocol.DeleteCheckpoints gone } when _places.ContainsKey(gone.Sweep):
                Context.Child(gone.Sweep).Tell(new GivenUp(gone.Trial, gone.Attempts, gone.Kept));
                break;
            case FileDeletions.Done { What: FileProtocol.DeleteSweep gone }:
                _journals.TryAdd(gone.Sweep, Context.ActorOf(RestartOnStop.Props(JournalDeletion.Props(gone.Sweep), "journal")));
                break;
            case FileDeletions.Done:
                break;
            case JournalDeletion.Done gone when _journals.Remove(gone.Sweep, out var deletion):
                Context.Stop(deletion);
                Keep(new SweepDeleted(gone.Sweep), () => Context.System.EventStream.Publish(new SweepProtocol.SweepGone(gone.Sweep)));
                break;
            case JournalDeletion.Done:
                break;
            case Terminated { ActorRef.Path.Name: var sweep }:
                _log.Info("sweep {Sweep} is deleted: its files first", sweep);
                _files.Tell(new FileProtocol.DeleteSweep(sweep));
                break;
            case SweepProtocol.Delete delete:
                Delete(delete.Sweep);
                break;
            case SweepProtocol.Submit submit:
                OnSubmit(submit);
                break;
            case Submission.Prepared { Refusal: { } refusal } prepared:
                prepared.Asker.Tell(new SweepProtocol.Refused(refusal));
                break;
            case Submission.Prepared { Of: { } submission } prepared:
                Accept(prepared.Submit.Spec.Name, submission, prepared.Asker);
                break;
            case SweepProtocol.Change change when _channels?.Missing(change.Spec.Notify) is { } missing:
                Sender.Tell(new SweepProtocol.Refused(missing));
                break;
            case NoticeDone done:
                Forward(done.Sweep, done, () => { });
                break;
            case SweepProtocol.ISweepRequest asked:
                Forward(asked.Sweep, asked, () => Sender.Tell(new SweepProtocol.NotFound(asked.Sweep)));
                break;
            case NodeProtocol.DescribeNodes:
                Sender.Tell(
                    new NodeProtocol.NodesDescription(
                        _membership.Self,
                        [
                            .. _seen
                                .Values.OrderBy(slot => slot.Node, StringComparer.Ordinal)
                                .ThenBy(slot => slot.Slot)
                                .Select(slot => new NodeProtocol.SlotSeen(slot.Node, slot.Slot, slot.Kind)),
                        ]
                    )
                );
                break;
            case WorkProtocol.RequestWork request:
                if (_membership.Contains(request.Node))
                    _seen[(request.Node, request.Slot)] = request;
                // A slot asks again until it hears; one offer at a time, or it would be given two leases.
                // One that trains and has nothing for a trial only says that it is there.
                if ((request.Free.Share > 0 || request.Kind == WorkKind.Evaluation) && !_offered.ContainsKey((request.Node, request.Slot)))
                    OfferTo(InTurn(request), request, Sender);
                break;
            case Offer.Declined declined:
                NoteDeclined(declined.Offer);
                OfferTo(declined.Offer.Next, declined.Offer.Request, declined.Offer.Slot);
                break;
            case Offer.Taken taken:
                OnTaken(taken.Offer);
                break;
            case Look { Is: nameof(LookForWaiting) }:
                MakeWay();
                CheckBudgets();
                CheckQuotas();
                break;
            case Look:
                var slots = new SlotsSeen(WholeOf(WorkKind.Training), WholeOf(WorkKind.Evaluation));
                foreach (var place in _open)
                    Context.Child(_sweeps[place]).Tell(slots);
                break;
            case OfferLost lost:
                _offered.Remove(lost.Slot);
                break;
            case WorkProtocol.RenewLease renew:
                Forward(renew.Sweep, renew, () => Sender.Tell(Unknown(renew.Token, renew.Sweep)));
                break;
            case WorkProtocol.IReports reports:
                Forward(reports.Sweep, reports, () => Sender.Tell(Unknown(reports.Token, reports.Sweep)));
                break;
            case NodeGone gone:
                _metrics.NodeGone(gone.Node);
                foreach (var slot in _offered.Keys.Concat(_seen.Keys).Where(slot => slot.Node == gone.Node).ToList())
                {
                    _offered.Remove(slot);
                    _seen.Remove(slot);
                }

                foreach (var declined in _declined.Keys.Where(declined => declined.Node == gone.Node).ToList())
                    _declined.Remove(declined);
                foreach (var child in Context.GetChildren())
                    child.Tell(gone);
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    ImmutableArray<SlotResources> WholeOf(WorkKind kind) =>
        [.. _seen.Values.Where(slot => slot.Kind == kind).Select(slot => slot.Whole).Distinct()];

    void OnSubmit(SweepProtocol.Submit submit)
    {
        var (spec, asker) = (submit.Spec, Sender);
        if (!_places.ContainsKey(spec.Name) && SweepDecider.Refusal(spec, Now) is { } reason)
            asker.Tell(new SweepProtocol.Refused(reason));
        else if (!_places.ContainsKey(spec.Name) && _channels?.Missing(spec.Notify) is { } missing)
            asker.Tell(new SweepProtocol.Refused(missing));
        else if (!Submission.WantsOthers(spec) || StateOf(spec.Name) is not null || _journal is not { } journal)
            Accept(spec.Name, submit, asker);
        else
            Task.Run(() => Submission.Prepare(submit, asker, journal))
                .PipeTo(
                    Self,
                    failure: error => new Submission.Prepared(
                        submit,
                        asker,
                        null,
                        $"the sweeps that it names cannot be read: {error.Message}"
                    )
                );
    }

    /// <summary>From the moment at which it is in the journal on, the deletion goes on whatever happens.</summary>
    void Delete(string sweep)
    {
        var asker = Sender;
        if (_list.Deleting.Contains(sweep))
            asker.Tell(new SweepProtocol.Accepted(sweep));
        else if (!_places.TryGetValue(sweep, out var place))
            asker.Tell(new SweepProtocol.NotFound(sweep));
        else if (!_states.TryGetValue(place, out var state))
            asker.Tell(new SweepProtocol.Refused($"sweep '{sweep}' is still being read; ask again"));
        else if (SweepDeletion.Refusal(state, ForksOf(state)) is { } reason)
            asker.Tell(new SweepProtocol.Refused(reason));
        else
            Keep(
                new SweepDeletionBegun(sweep),
                () =>
                {
                    _places.Remove(sweep);
                    _open.Remove(place);
                    _states.Remove(place);
                    _metrics.SweepDeleted(sweep);
                    Context.Watch(Context.Child(sweep));
                    Context.Stop(Context.Child(sweep));
                    if (state.ForkedFrom is { } from)
                        Context.Child(from.Sweep).Tell(new TakeCheckpointBack(sweep));
                    asker.Tell(new SweepProtocol.Accepted(sweep));
                }
            );
    }

    /// <remarks>Of a fork whose state is still being read its origin knows.</remarks>
    HashSet<string> ForksOf(SweepState state) =>
        [.. state.Lent.Keys.Where(fork => !_list.IsGone(fork)), .. SweepDeletion.Forks(state.Spec.Name, _states.Values)];

    void Keep(CoordinatorEvent fact, Action kept) =>
        Persist(
            fact,
            written =>
            {
                _list = _list.With(LastSequenceNr, written);
                kept();
            }
        );

    /// <summary>A name that is accepted is taken until its sweep is deleted.</summary>
    void Accept(string name, object submission, IActorRef asker)
    {
        if (_places.ContainsKey(name))
            Context.Child(name).Tell(submission, asker);
        else if (_list.Deleting.Contains(name))
            asker.Tell(new SweepProtocol.Refused($"sweep '{name}' is being deleted: its name is free when that is done"));
        else
            Keep(
                new SweepAccepted(name),
                () =>
                {
                    Add(name);
                    Start(name).Tell(submission, asker);
                    _log.Info("sweep {Sweep} accepted", name);
                }
            );
    }

    void Close(int place)
    {
        _open.Remove(place);
        foreach (var turns in _turns.Values)
            turns.Forget(_sweeps[place]);
    }

    void Add(string sweep)
    {
        _places.Add(sweep, _sweeps.Count);
        _open.Add(_sweeps.Count);
        _sweeps.Add(sweep);
    }

    ImmutableQueue<int> InTurn(WorkProtocol.RequestWork request)
    {
        if (_open.Count < 2)
            return [.. _open];
        var places = _turns[request.Kind].InTurn(Claims(request.Kind)).Select(claim => _places[claim.Sweep]);
        // Whoever asks has not heard of what it was given.
        return [.. places.OrderByDescending(place => _states.GetValueOrDefault(place) is { } state && Holds(state, request))];
    }

    /// <summary>Of the sweeps that are not over, the oldest first. A slot that is on offer is as good as taken.</summary>
    List<Claim> Claims(WorkKind kind)
    {
        var offered = Offered(kind).CountBy(place => place).ToDictionary();
        return
        [
            .. from place in _open
            let onOffer = offered.GetValueOrDefault(place)
            select _states.GetValueOrDefault(place) is { } state
                ? Sharing.ClaimOf(state, kind, onOffer, MayTake(state, kind))
                : new Claim(_sweeps[place], SweepShare.Default, onOffer, Waits: false),
        ];
    }

    IEnumerable<int> Offered(WorkKind kind) =>
        _offered.Where(offer => _seen.GetValueOrDefault(offer.Key)?.Kind == kind).Select(offer => offer.Value);

    bool MayTake(SweepState sweep, WorkKind kind) =>
        _tokens.Has(
            sweep,
            kind,
            _states.Values,
            token => Offered(WorkKind.Training).Count(place => _states.GetValueOrDefault(place)?.SubmittedBy == token),
            Now
        );

    static bool Holds(SweepState sweep, WorkProtocol.RequestWork request) =>
        sweep.Leases.Values.Any(held =>
            held.Lease.Slot == request.Slot && held.Lease.Kind == request.Kind && held.Lease.Node == request.Node
        );

    SweepState? StateOf(string sweep) => _places.TryGetValue(sweep, out var place) ? _states.GetValueOrDefault(place) : null;

    /// <param name="turns">Places of the sweeps that are still to be asked.</param>
    void OfferTo(ImmutableQueue<int> turns, WorkProtocol.RequestWork request, IActorRef slot)
    {
        var key = (request.Node, request.Slot);
        _offered.Remove(key);
        while (!turns.IsEmpty && !MayOffer(turns.Peek()))
            turns = turns.Dequeue();
        if (turns.IsEmpty || !_membership.Contains(request.Node))
            return;

        var next = turns.Dequeue(out var turn);
        _offered[key] = turn;
        Timers.StartSingleTimer(key, new OfferLost(key), OfferHolds);
        Context.Child(_sweeps[turn]).Tell(new Offer(request, slot, turn, next));

        // Nobody knows whose a sweep is while its journal is still being read.
        bool MayOffer(int place) =>
            _open.Contains(place)
            && (_states.TryGetValue(place, out var state) ? Holds(state, request) || MayTake(state, request.Kind) : !_tokens.HaveQuotas);
    }

    void OnTaken(Offer offer)
    {
        _offered.Remove((offer.Request.Node, offer.Request.Slot));
        if (_open.Count > 1)
            _turns[offer.Request.Kind].Given(_sweeps[offer.Turn], Claims(offer.Request.Kind));
    }

    void NoteDeclined(Offer offer)
    {
        if (
            offer.Request.Kind == WorkKind.Training
            && _open.Count > 1
            && _states.TryGetValue(offer.Turn, out var state)
            && Sharing.Wanted(state) > 0
        )
            _declined[(offer.Turn, offer.Request.Node, offer.Request.Slot)] = Now;
    }

    /// <summary>Asks trials to leave their slots to the sweeps that go before theirs.</summary>
    void MakeWay()
    {
        foreach (var old in _declined.Where(declined => Now - declined.Value >= DeclineHolds).ToList())
            _declined.Remove(old.Key);
        if (_open.Count < 2)
            return;
        foreach (
            var (sweep, token, by) in Sharing.Preemptions(
                [.. _open.Where(_states.ContainsKey).Select(place => _states[place])],
                Suits,
                Now,
                token => _tokens.Room(token, _states.Values)
            )
        )
            Context.Child(sweep).Tell(new Preempt(token, by));

        bool Suits(SweepState sweep, SweepState holder, Lease lease) =>
            _seen.TryGetValue((lease.Node, lease.Slot), out var slot)
            && slot.Whole.HoldsTrial(sweep.Spec.Resources)
            // No more than what is given up is free then.
            && slot.Whole.ShareOf(sweep.Spec.Resources) <= slot.Whole.ShareOf(holder.Spec.Resources) + SlotResources.Rounding
            && !_declined.ContainsKey((_places[sweep.Spec.Name], lease.Node, lease.Slot));
    }

    /// <summary>Most of the time every sweep is within its budget, and nothing is to be decided.</summary>
    void CheckBudgets()
    {
        foreach (var place in _open.Where(_states.ContainsKey))
            if (
                _states[place].Budget != SweepBudget.Unlimited
                && !SweepDecider.Decide(_states[place], new CheckBudget(), Now).Events.IsEmpty
            )
                Context.Child(_sweeps[place]).Tell(BudgetDue.Instance);
    }

    /// <summary>Most of the time every token is within its quota.</summary>
    void CheckQuotas()
    {
        _tokens.LookAgain();
        foreach (var place in _open.Where(_states.ContainsKey))
            if (_tokens.News(_states[place], _states.Values, _states.Count == _places.Count, Now) is { } note)
                Context.Child(_sweeps[place]).Tell(new QuotaDue(note));
        foreach (var (sweep, token) in _tokens.Surplus(_states.Values))
            Context.Child(sweep).Tell(new Preempt(token, By: null));
    }

    DateTimeOffset Now => Context.System.Scheduler.Now;

    void Forward(string sweep, object message, Action orElse)
    {
        if (_places.ContainsKey(sweep))
            Context.Child(sweep).Forward(message);
        else
            orElse();
    }

    static WorkProtocol.LeaseRefused Unknown(long token, string sweep) => new(token, $"there is no sweep named '{sweep}'");

    sealed record Look(string Is) : INoSerializationVerificationNeeded
    {
        public static readonly Look Around = new(nameof(LookAround)),
            ForWaiting = new(nameof(LookForWaiting));
    }

    sealed record OfferLost((string Node, int Slot) Slot) : INoSerializationVerificationNeeded, IDeadLetterSuppression;

    IActorRef Start(string sweep) => Context.ActorOf(RestartOnStop.Props(_sweepProps(sweep), "sweep"), sweep);
}
