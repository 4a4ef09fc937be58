using System.Collections.Immutable;
using Akka.Actor;
using Akka.Event;
using Akka.Persistence;
using Orchestrator.Cluster.Journal;
using Orchestrator.Cluster.Membership;
using Orchestrator.Cluster.Metrics;
using Orchestrator.Cluster.Protocol;
using Orchestrator.Sweeps.Domain;

namespace Orchestrator.Cluster.Coordination;

/// <summary>The cluster's one coordinator: looks after every sweep, and offers each free slot to them, oldest sweep first.</summary>
public sealed class SweepCoordinator : UntypedPersistentActor, IWithTimers
{
    /// <summary>An offer that is not heard of for so long was lost: with a sweep whose journal could not be written, and which began
    /// anew.</summary>
    internal static readonly TimeSpan OfferHolds = TimeSpan.FromSeconds(10);

    /// <summary>How often sweeps are told what slots there are.</summary>
    internal static readonly TimeSpan LookAround = TimeSpan.FromSeconds(15);

    readonly Func<string, Props> _sweepProps;
    readonly IMembership _membership;
    readonly string? _only;
    readonly JournalReader? _journal;
    readonly ClusterMetrics _metrics;
    readonly List<string> _sweeps = [];
    readonly Dictionary<string, int> _places = [];

    // Those of which there is a state: what they are to know of others is in their own journals.
    readonly HashSet<string> _begun = [];

    // Places of the sweeps that are not over: the others have nothing to give.
    readonly SortedSet<int> _open = [];
    readonly HashSet<(string Node, int Slot)> _offered = [];

    // What each slot last asked with.
    readonly Dictionary<(string Node, int Slot), WorkProtocol.RequestWork> _seen = [];
    readonly ILoggingAdapter _log = Context.GetLogger();

    public SweepCoordinator(
        Func<string, Props> sweepProps,
        IMembership membership,
        ClusterMetrics metrics,
        string? only,
        JournalReader? journal
    )
    {
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
    public static Props Props(
        Func<string, Props> sweepProps,
        IMembership membership,
        ClusterMetrics metrics,
        string? only = null,
        JournalReader? journal = null
    ) => Akka.Actor.Props.Create(() => new SweepCoordinator(sweepProps, membership, metrics, only, journal));

    public override string PersistenceId => PersistenceIds.Coordinator;

    protected override void PreStart()
    {
        base.PreStart();
        _membership.Subscribe(Self);
        Context.System.EventStream.Subscribe(Self, typeof(SweepProtocol.SweepChanged));
        _metrics.CoordinatorActive(true);
        Timers.StartPeriodicTimer(nameof(LookAround), Look.Around, LookAround);
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
            case SweepAccepted accepted when _only is null || _only == accepted.Sweep:
                Add(accepted.Sweep);
                break;
            case RecoveryCompleted:
                foreach (var sweep in _sweeps)
                    Start(sweep);
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
                _begun.Add(state.Spec.Name);
                if (state.IsOver)
                    _open.Remove(place);
                else
                    _open.Add(place);
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
                if ((request.Free.Share > 0 || request.Kind == WorkKind.Evaluation) && _offered.Add((request.Node, request.Slot)))
                    OfferTo(0, request, Sender);
                break;
            case Offer.Declined declined:
                OfferTo(declined.Offer.Turn + 1, declined.Offer.Request, declined.Offer.Slot);
                break;
            case Offer.Taken taken:
                _offered.Remove((taken.Offer.Request.Node, taken.Offer.Request.Slot));
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
                _offered.RemoveWhere(offer => offer.Node == gone.Node);
                foreach (var slot in _seen.Keys.Where(slot => slot.Node == gone.Node).ToList())
                    _seen.Remove(slot);
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
        if (!_places.ContainsKey(spec.Name) && SweepDecider.Refusal(spec) is { } reason)
            asker.Tell(new SweepProtocol.Refused(reason));
        else if (spec.Search.Prior.IsEmpty || _begun.Contains(spec.Name) || _journal is not { } journal)
            Accept(spec.Name, submit, asker);
        else
            Task.Run(() => Submission.Prepare(submit, asker, journal))
                .PipeTo(
                    Self,
                    failure: error => new Submission.Prepared(submit, asker, null, $"search.prior cannot be read: {error.Message}")
                );
    }

    /// <summary>A name that is accepted is taken for good.</summary>
    void Accept(string name, object submission, IActorRef asker)
    {
        if (_places.ContainsKey(name))
        {
            Context.Child(name).Tell(submission, asker);
            return;
        }

        Persist(
            new SweepAccepted(name),
            accepted =>
            {
                Add(accepted.Sweep);
                Start(accepted.Sweep).Tell(submission, asker);
                _log.Info("sweep {Sweep} accepted", accepted.Sweep);
            }
        );
    }

    void Add(string sweep)
    {
        _places.Add(sweep, _sweeps.Count);
        _open.Add(_sweeps.Count);
        _sweeps.Add(sweep);
    }

    /// <param name="from">The first sweep that may be asked, by its place.</param>
    void OfferTo(int from, WorkProtocol.RequestWork request, IActorRef slot)
    {
        var key = (request.Node, request.Slot);
        if (_open.Count == 0 || _open.Max < from || !_membership.Contains(request.Node))
        {
            _offered.Remove(key);
            return;
        }

        var turn = _open.GetViewBetween(from, int.MaxValue).Min;

        Timers.StartSingleTimer(key, new OfferLost(key), OfferHolds);
        Context.Child(_sweeps[turn]).Tell(new Offer(request, slot, turn));
    }

    void Forward(string sweep, object message, Action orElse)
    {
        if (_places.ContainsKey(sweep))
            Context.Child(sweep).Forward(message);
        else
            orElse();
    }

    static WorkProtocol.LeaseRefused Unknown(long token, string sweep) => new(token, $"there is no sweep named '{sweep}'");

    sealed class Look : INoSerializationVerificationNeeded
    {
        public static readonly Look Around = new();
    }

    sealed record OfferLost((string Node, int Slot) Slot) : INoSerializationVerificationNeeded, IDeadLetterSuppression;

    IActorRef Start(string sweep) => Context.ActorOf(RestartOnStop.Props(_sweepProps(sweep), "sweep"), sweep);
}
