using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json.Serialization;
using Orchestrator.Sweeps.Scheduling;
using Orchestrator.Sweeps.Search;
using Orchestrator.Sweeps.Specs;
using Orchestrator.Sweeps.Tasks;

namespace Orchestrator.Sweeps.Domain;

public enum SweepStatus
{
    Running,

    /// <summary>Grants no training; what is complete is still evaluated.</summary>
    Paused,

    /// <summary>Asked to stop; attempts are still leaving.</summary>
    Stopping,
    Completed,

    /// <summary>Every trial failed.</summary>
    Failed,
    Stopped,
}

/// <summary>A sweep as its journal tells it: nothing here comes from anywhere else.</summary>
public sealed record SweepState(SweepSpec Spec, string File, DateTimeOffset SubmittedAt)
{
    public SweepStatus Status { get; private init; } = SweepStatus.Running;
    public DateTimeOffset? EndedAt { get; private init; }

    /// <summary>Name of the API token that the sweep was submitted with, or its id where it has no name; null where it was submitted
    /// without one.</summary>
    public string? SubmittedBy { get; init; }

    public SweepShare Share { get; private init; } = Spec.Share;

    public SweepBudget Budget { get; private init; } = Spec.Budget;

    /// <summary>What people gave it to find it by.</summary>
    public ImmutableSortedSet<string> Tags { get; private init; } = [];

    /// <summary>What somebody says of it; empty where nobody does.</summary>
    public string Note { get; private init; } = "";

    /// <summary>The budget that stopped the sweep; null where none did.</summary>
    public AttemptEnd? StoppedBecause { get; private init; }

    /// <summary>Evaluations that gave scores.</summary>
    public int Scored { get; private init; }

    /// <summary>Of the data set that every attempt works on; null until it is known.</summary>
    public string? DatasetSha256 { get; private init; }

    /// <summary>The checkpoint from which every trial goes on; null where they begin anew.</summary>
    public ForkPoint? ForkedFrom { get; private init; }

    /// <summary>Why the sweep paused itself; null where it is not paused, or somebody asked for it.</summary>
    public AttemptEnd? PausedBecause { get; private init; }

    /// <summary>Why work waits that no slot of the cluster can hold; null where that is not so.</summary>
    public string? WaitsBecause { get; private init; }

    /// <summary>Why the quota of the token that it was <see cref="SubmittedBy"/> lets it take no slot; null where that is not so.</summary>
    public string? HeldBack { get; private init; }

    /// <summary>The fault of all trials for which the sweep last paused itself: it does so once, and who resumes it has been
    /// told.</summary>
    public AttemptEnd? ToldFault { get; private init; }

    /// <summary>What somebody is to be told of.</summary>
    public SweepNotices Notices { get; init; } = SweepNotices.None;

    /// <summary>Nodes on which the sweep's data were not found, and when that was.</summary>
    public ImmutableSortedDictionary<string, DateTimeOffset> WithoutData { get; private init; } =
        ImmutableSortedDictionary<string, DateTimeOffset>.Empty;

    /// <summary>Trial n stands at n - 1.</summary>
    public ImmutableList<TrialState> Trials { get; private init; } = [];

    /// <summary>Of each configuration the numbers of its trials, one for each replicate: configuration n stands at n - 1. Trials that the
    /// file no longer gives are left out where others are there.</summary>
    public ImmutableList<ImmutableArray<int>> Configurations { get; private init; } = [];

    /// <summary>Leases that hold, by token.</summary>
    public ImmutableDictionary<long, LeaseState> Leases { get; private init; } = ImmutableDictionary<long, LeaseState>.Empty;

    public long LastToken { get; private init; }

    /// <summary>What the search knows; null in a grid. It follows from the trials.</summary>
    [JsonIgnore]
    public SearchHistory? History { get; init; }

    /// <summary>The search's next draw.</summary>
    public int NextPoint { get; init; }

    /// <summary>The search gives no more: it has nothing left, or somebody stopped the sweep.</summary>
    public bool IsSearchOver { get; init; }

    /// <summary>Configurations that turned out to be none; others take their places.</summary>
    public int InvalidConfigurations { get; init; }

    /// <summary>Configurations all of whose trials were dropped.</summary>
    public int DroppedConfigurations { get; init; }

    /// <summary>Of each ladder the rungs, by their level in epochs: what the scheduler decides by.</summary>
    public ImmutableSortedDictionary<string, ImmutableSortedDictionary<int, Rung>> Rungs { get; init; } =
        ImmutableSortedDictionary<string, ImmutableSortedDictionary<int, Rung>>.Empty;

    /// <summary>The largest measured peak in bytes, by what it depends on.</summary>
    public ImmutableSortedDictionary<string, long> PeaksByNeed { get; private init; } = ImmutableSortedDictionary<string, long>.Empty;

    /// <summary>How many evaluations ran at once, at most: so many slots there are for them.</summary>
    public int MostEvaluations { get; private init; }

    /// <summary>The trial that was evaluated first. Its evaluation also makes what those after it read.</summary>
    public int? FirstEvaluated { get; private init; }

    /// <summary>Bytes of all checkpoints that are stored.</summary>
    public long CheckpointBytes { get; private init; }

    /// <summary>By the name of a sweep that goes on from what this one trained, the trial that it goes on from.</summary>
    public ImmutableSortedDictionary<string, int> Lent { get; private init; } = ImmutableSortedDictionary<string, int>.Empty;

    /// <summary>By trial, checkpoints that are given up and not known to be deleted yet.</summary>
    public ImmutableSortedDictionary<int, GivenUp> GivenUp { get; private init; } = ImmutableSortedDictionary<int, GivenUp>.Empty;

    /// <summary>What the leases that ended took.</summary>
    public Spending Spent { get; private init; } = Spending.None;

    /// <summary>The same by node: by its address, whichever of its processes it was.</summary>
    public ImmutableSortedDictionary<string, Spending> SpentByNode { get; private init; } =
        ImmutableSortedDictionary<string, Spending>.Empty;

    // What a grant looks for, and the counts that are shown, are kept, so that a decision costs O(log trials).
    public ImmutableSortedSet<int> PendingTrials { get; private init; } = [];

    /// <summary>Best first.</summary>
    public ImmutableSortedSet<PendingEvaluation> PendingEvaluations { get; private init; } = [];

    /// <summary>The trials that wait at a rung.</summary>
    public ImmutableSortedSet<int> PausedTrials { get; private init; } = [];
    public int OpenTrials { get; private init; }
    public ImmutableSortedDictionary<TrialStatus, int> Counts { get; private init; } = ImmutableSortedDictionary<TrialStatus, int>.Empty;

    /// <summary>Trials that there will be, as far as is known: those that there are, and those that the search is still to draw.</summary>
    [JsonIgnore]
    public int PlannedTrials => Searched.HasMore(this) ? Trials.Count + Searched.Left(this) * Spec.Space.Replicates : Trials.Count;

    public bool IsOver => EndedAt is not null;

    /// <summary>What trains shall checkpoint and leave: its lease holds until it has.</summary>
    public bool Recalls(Lease lease) =>
        lease.Kind == WorkKind.Training
        && (
            Status is SweepStatus.Paused or SweepStatus.Stopping
            || HeldBack is not null
            || Trial(lease.Trial).LeavesForGood
            || Leases.TryGetValue(lease.Token, out var held) && held.IsPreempted
        );

    public TrialState Trial(int number) => Trials[number - 1];

    /// <summary>What the leases took until now, those that hold among them.</summary>
    public Spending SpentUntil(DateTimeOffset now) => Leases.Values.Aggregate(Spent, (sum, held) => sum + Spending.Of(held, now));

    /// <summary>What an attempt of the trial is to train.</summary>
    public TrialSpec SpecOf(TrialState trial)
    {
        var spec = TrialFactory.Create(Spec, trial.Parameters);
        if (trial.Accumulate is { } parts)
            spec = spec with
            {
                Settings = spec.Settings.With((TrainingSettings.AccumulatePath, parts.ToString(CultureInfo.InvariantCulture))),
            };
        return trial.Beyond is { } beyond ? spec with { Settings = beyond.Of(spec.Settings) } : spec;
    }

    /// <summary>What the trial's next attempt cuts a batch into, if its last one ran out of memory.</summary>
    /// <returns>Null where there is nothing smaller than what has failed.</returns>
    internal int? MoreParts(TrialState trial) => SpecOf(trial).Settings.Training.MoreParts();

    /// <summary>The memory that a trial's training is known to take: the largest peak of all trials of its
    /// <see cref="Footprint"/>.</summary>
    /// <param name="trial">As <see cref="SpecOf"/> has it.</param>
    /// <param name="device"><see cref="PeakMemory.Cpu"/> or <see cref="PeakMemory.Cuda"/>.</param>
    /// <returns>Bytes; null where none of them was measured on such a device.</returns>
    public long? PeakBytes(TrialSpec trial, string device) => PeakOf(NeedOf(trial, device));

    /// <summary>The same, in the memory that a slot has.</summary>
    public long? PeakBytes(TrialSpec trial, SlotResources slot) => PeakBytes(trial, slot.Gpu is null ? PeakMemory.Cpu : PeakMemory.Cuda);

    long? PeakOf(string need) => PeaksByNeed.TryGetValue(need, out var bytes) ? bytes : null;

    /// <summary>The configuration that the trial is one replicate of, from 1.</summary>
    public int ConfigurationOf(int trial) => Trial(trial).Configuration;

    /// <returns>The trials of one configuration.</returns>
    public IEnumerable<TrialState> ReplicatesOf(int configuration) => Configurations[configuration - 1].Select(Trial);

    public int Count(TrialStatus status) => Counts.GetValueOrDefault(status);

    public static SweepState Apply(SweepState? state, SweepEvent fact) => Noticing.After(Next(state, fact), fact);

    static SweepState Next(SweepState? state, SweepEvent fact) =>
        fact switch
        {
            SweepSubmitted e => new SweepState(e.Spec, e.File, e.At)
            {
                History = e.Spec.Search.IsGrid ? null : SearchHistory.Of(e.Spec),
                IsSearchOver = e.Spec.Search.IsGrid,
                SubmittedBy = e.SubmittedBy,
            },
            _ when state is null => throw new InvalidOperationException(
                $"a journal begins with {nameof(SweepSubmitted)}, not {fact.GetType().Name}"
            ),
            DatasetRecorded e => state with { DatasetSha256 = e.Sha256 },
            PriorRecorded e => state with { History = state.History?.WithPrior(e.Observations) },
            ForkRecorded e => state with { ForkedFrom = e.From },
            TrialAdded e => Searched.Added(state.Added(e), e),
            SearchExhausted => state with { IsSearchOver = true },
            LeaseGranted e => state.Granted(e),
            EpochReported e => state.Reported(e.Token, e.Sequence, e.At).With(state.Trial(e.Trial).With(e.Report)).Arrived(e.Trial),
            CheckpointReported e => state.Checkpointed(e),
            MemoryMeasured e => state.Reported(e.Token, e.Sequence, e.At).Measured(state.Trial(e.Trial), e.Peak),
            LeaseEnded e => state.Ended(e),
            TrialCompleted e => state
                .With(
                    (state.Trial(e.Trial) with { Status = TrialStatus.Completed }).ToEvaluate(
                        EvaluationChoice.BestOf(state.Spec.Evaluation) is null
                    )
                )
                .Arrived(e.Trial),
            TrialPaused e => state
                .With((state.Trial(e.Trial) with { Status = TrialStatus.Paused }).ToEvaluate(Ladders.IsScored(state, state.Trial(e.Trial))))
                .Arrived(e.Trial),
            TrialPruned e => state.Pruned(state.Trial(e.Trial) with { PrunedAt = e.Epoch }),
            ConfigurationPromoted e => Ladders.Promoted(state, e.Configuration, e.Level),
            EvaluationChosen e => state.With(state.Trial(e.Trial).ToEvaluate(true)),
            TrialFailed { End.Cause: AttemptCause.BadSpec } e => Searched.Invalid(
                Ladders.Removed(state.Failed(e), state.Trial(e.Trial), from: 0),
                e.Trial
            ),
            TrialFailed e => state.Failed(e).Arrived(e.Trial),
            TrialStopped e => Searched.Settled(Ladders.Left(state, state.Trial(e.Trial)).With(state.StoppedBy(e)), e.Trial),
            EvaluationCompleted e => (state with { Scored = state.Scored + 1 })
                .With(state.Trial(e.Trial) with { Evaluation = EvaluationStatus.Completed, Scores = e.Scores })
                .Arrived(e.Trial),
            EvaluationFailed e => state
                .With(state.Trial(e.Trial) with { Evaluation = EvaluationStatus.Failed, EvaluationEnd = e.End })
                .Arrived(e.Trial),
            SweepStopRequested e => state with
            {
                Status = SweepStatus.Stopping,
                StoppedBecause = e.Because,
                PausedBecause = null,
                IsSearchOver = true,
            },
            SweepPaused e => state with
            {
                Status = SweepStatus.Paused,
                PausedBecause = e.Because,
                ToldFault = e.Because is { } fault && Fault.IsOne(fault) ? fault : state.ToldFault,
            },
            WaitNoted e => state with { WaitsBecause = e.Because },
            QuotaNoted e => state with { HeldBack = e.Because },
            SweepResumed => SelfPause.Forgiven(state).GoesOn() with { PausedBecause = null, WithoutData = state.WithoutData.Clear() },
            ShareChanged e => state with { Share = e.Share },
            SpecChanged e => Changed.To(state, e),
            TrialDropped e => Changed.Dropped(state, state.Trial(e.Trial)),
            TrialRestored e => Changed.Restored(state, state.Trial(e.Trial)),
            TrialRestated e => state.With(state.Trial(e.Trial) with { Parameters = e.Parameters }),
            TrialContinued e => Changed.Continued(state, state.Trial(e.Trial), e.Beyond),
            BudgetChanged e => state with { Budget = e.Budget },
            CheckpointsGivenUp e => state.Without(e),
            CheckpointLent e => state with { Lent = state.Lent.SetItem(e.To, e.Trial) },
            CheckpointReturned e => state with { Lent = state.Lent.Remove(e.To) },
            CheckpointsDeleted e => state with { GivenUp = state.GivenUp.Remove(e.Trial) },
            TagsChanged e => state with { Tags = [.. e.Tags] },
            SweepNoted e => state with { Note = e.Text },
            TrialNoted e => state.With(state.Trial(e.Trial) with { Note = e.Text }),
            BudgetNearlyUsed => state,
            NoticeSettled e => state with { Notices = state.Notices.Told(e) },
            TrialPreempted e => state.Preempted(e.Token),
            TrialOutOfTime e => state.Preempted(e.Token),
            EvaluationDropped e => state.With(state.Trial(e.Trial).WithoutEvaluation()),
            SweepReopened => state.GoesOn(),
            TrialRetried e => state.Retried(state.Trial(e.Trial)),
            EvaluationRetried e when state.Trial(e.Trial) is { Status: TrialStatus.Paused } trial => Ladders.Removed(
                state.With(trial.ToEvaluate(true)),
                trial,
                from: trial.Epochs
            ),
            EvaluationRetried e => state.With(state.Trial(e.Trial).ToEvaluate(true)),
            SweepEnded e => state with { Status = e.Status, EndedAt = e.At, WaitsBecause = null, HeldBack = null },
            _ => throw new InvalidOperationException($"unknown event {fact.GetType().Name}"),
        };

    internal SweepState WithConfiguration(int configuration, ImmutableArray<int> trials) =>
        this with
        {
            Configurations = Configurations.SetItem(configuration - 1, trials),
        };

    SweepState Added(TrialAdded e)
    {
        var configuration = e.Configuration ?? (IsReplicateOfLast(e.Parameters) ? Trials[^1].Configuration : Configurations.Count + 1);
        var trial = new TrialState(e.Trial, e.Parameters) { Configuration = configuration };
        if (configuration > Configurations.Count)
            return With(trial) with { Configurations = Configurations.Add([e.Trial]) };
        var (first, of) = (ReplicatesOf(configuration).First(), Configurations[configuration - 1]);
        var state = With(trial with { Promotions = first.Promotions }).WithConfiguration(configuration, of.Add(e.Trial));
        // What the configuration came to where it waits counts once this one has come there too.
        return e.Configuration is null ? state : Ladders.Unranked(state, first);
    }

    /// <summary>Replicates of a configuration are added one after the other.</summary>
    bool IsReplicateOfLast(ImmutableSortedDictionary<string, string> parameters) =>
        Trials is [.., var last]
        && parameters.TryGetValue(SearchSpace.Replicate, out var replicate)
        && last.Parameter(SearchSpace.Replicate) is { } lasts
        && lasts != replicate
        && last.Parameters.Remove(SearchSpace.Replicate).SequenceEqual(parameters.Remove(SearchSpace.Replicate));

    SweepState Granted(LeaseGranted e)
    {
        var lease = new Lease(e.Trial, e.Kind, e.Attempt, e.Token, e.Node, e.Slot, e.At);
        var trial = Trial(e.Trial);
        trial =
            e.Kind == WorkKind.Training
                ? trial with
                {
                    Status = TrialStatus.Running,
                    Attempts = e.Attempt,
                    Node = e.Node,
                }
                : trial with
                {
                    Evaluation = EvaluationStatus.Running,
                    Evaluations = e.Attempt,
                };
        var leases = Leases.SetItem(
            e.Token,
            new LeaseState(lease, LastSequence: 0) { HeardAt = e.At, Rate = LeaseRate.Of(e, Spec.Resources) }
        );
        return With(trial) with
        {
            Leases = leases,
            LastToken = e.Token,
            WaitsBecause = null,
            FirstEvaluated = FirstEvaluated ?? (e.Kind == WorkKind.Evaluation ? e.Trial : null),
            MostEvaluations = Math.Max(MostEvaluations, leases.Values.Count(held => held.Lease.Kind == WorkKind.Evaluation)),
        };
    }

    /// <summary>A search that a budget cut short goes on too.</summary>
    SweepState GoesOn() =>
        this with
        {
            Status = SweepStatus.Running,
            EndedAt = null,
            StoppedBecause = null,
            IsSearchOver = StoppedBecause is null ? IsSearchOver : Spec.Search.IsGrid,
        };

    SweepState Preempted(long token) => this with { Leases = Leases.SetItem(token, Leases[token] with { IsPreempted = true }) };

    /// <summary>What a trial was trained to is evaluated where a budget stopped it, unless the best of all are chosen in the end.</summary>
    TrialState StoppedBy(TrialStopped e)
    {
        var trial = Trial(e.Trial);
        return (trial with { Status = TrialStatus.Stopped, End = e.Because ?? trial.End }).ToEvaluate(
            e.Because is not null
                && trial.Status != TrialStatus.Paused
                && trial.IsSettled
                && trial.Checkpoint is not null
                && EvaluationChoice.BestOf(Spec.Evaluation) is null
        );
    }

    SweepState Retried(TrialState before)
    {
        // One that a budget stopped at a rung waits there again.
        var waits =
            before.Status == TrialStatus.Stopped
            && Spec.Scheduler.Promotes
            && before.Epochs == Ladders.Milestone(this, before)
            && before.Epochs < Ladders.TrialEpochs(Spec, before)
            && before.Checkpoint?.Epoch == before.Epochs;
        var trial = before with
        {
            Status = waits ? TrialStatus.Paused : TrialStatus.Pending,
            Forgiven = before.Ends,
            Accumulate = before.Status == TrialStatus.Stopped ? before.Accumulate : null,
        };
        var state = Ladders.Removed(
            With(before.Evaluation == EvaluationStatus.Pending ? trial.WithoutEvaluation() : trial),
            before,
            from: waits ? before.Epochs : before.Epochs + 1
        );
        state = Searched.Retried(state, before);
        return waits ? state.Arrived(before.Number) : state;
    }

    SweepState Reported(long token, long sequence, DateTimeOffset at) =>
        this with
        {
            Leases = Leases.SetItem(token, Leases[token] with { LastSequence = sequence, HeardAt = at }),
        };

    SweepState Checkpointed(CheckpointReported e)
    {
        var state = Reported(e.Token, e.Sequence, e.At).With(Trial(e.Trial) with { Checkpoint = e.Checkpoint });
        return state with { Leases = state.Leases.SetItem(e.Token, state.Leases[e.Token] with { CheckpointAt = e.At }) };
    }

    SweepState Without(CheckpointsGivenUp e)
    {
        var trial = Trial(e.Trial);
        return With(trial with { Checkpoint = e.Kept is null ? null : trial.Checkpoint! with { Stored = trial.NewestBytes } }) with
        {
            GivenUp = GivenUp.SetItem(e.Trial, new GivenUp(e.Trial, e.Attempts, e.Kept)),
        };
    }

    SweepState Measured(TrialState trial, PeakMemory peak)
    {
        var need = NeedOf(SpecOf(trial), peak.Device);
        return With(trial with { Peak = peak }) with
        {
            PeaksByNeed = PeaksByNeed.SetItem(need, Math.Max(peak.Bytes, PeakOf(need).GetValueOrDefault())),
        };
    }

    static string NeedOf(TrialSpec trial, string device) => $"{device} {Footprint.Of(trial.Settings)}";

    SweepState Ended(LeaseEnded e)
    {
        var trial = Trial(e.Trial);
        var (held, lease) = (Leases[e.Token], Leases[e.Token].Lease);
        // Whoever was asked to leave for good, and did, has ended well.
        var end =
            e is { Kind: WorkKind.Training, End.Cause: AttemptCause.Interrupted } && trial.PrunedAt is not null
                ? new AttemptEnd(AttemptCause.Done)
                : e.End;
        var ended = EndedLease.Of(held, end.Cause, e.At);
        var spent = ended.Spent;
        var node = AddressOf(lease.Node);
        trial = trial with { EndedLeases = trial.EndedLeases.Add(ended) };
        // Back in the queue, unless a further event of the same decision says how it ended.
        trial =
            e.Kind == WorkKind.Training
                ? trial with
                {
                    Status =
                        trial.PrunedAt is not null ? TrialStatus.Pruned
                        : trial.IsDropped ? TrialStatus.Stopped
                        : TrialStatus.Pending,
                    Ends = Counted(trial.Ends, end.Cause),
                    Accumulate = end.Cause == AttemptCause.OutOfMemory ? MoreParts(trial) ?? trial.Accumulate : trial.Accumulate,
                    End = end,
                }
                : trial with
                {
                    Evaluation = trial.IsDropped ? EvaluationStatus.None : EvaluationStatus.Pending,
                    EvaluationEnds = Counted(trial.EvaluationEnds, e.End.Cause),
                    EvaluationEnd = e.End,
                };
        var state = e.Kind == WorkKind.Training && trial.PrunedAt is not null ? Pruned(trial) : With(trial);
        return state with
        {
            Leases = Leases.Remove(e.Token),
            Spent = Spent + spent,
            SpentByNode = SpentByNode.SetItem(node, SpentByNode.GetValueOrDefault(node, Spending.None) + spent),
            WithoutData = e.End.Cause == AttemptCause.Data ? WithoutData.SetItem(lease.Node, e.At) : WithoutData,
        };
    }

    /// <summary>What a node has in common with the processes that ran, and will run, in its place.</summary>
    public static string AddressOf(string node) => node.Split('#')[0];

    SweepState Failed(TrialFailed e) => With(Trial(e.Trial) with { Status = TrialStatus.Failed, End = e.End });

    /// <summary>Whoever trains it leaves first.</summary>
    SweepState Pruned(TrialState trial) =>
        trial.Status == TrialStatus.Running
            ? With(trial)
            : Searched.Settled(
                Ladders
                    .Left(this, trial)
                    .With(
                        (trial with { Status = TrialStatus.Pruned }).ToEvaluate(
                            Spec.Evaluation.When == EvaluationChoice.Pruned && trial.Checkpoint is not null
                        )
                    ),
                trial.Number
            );

    internal SweepState Arrived(int trial) => Searched.Settled(Ladders.Arrived(this, Trial(trial)), trial);

    /// <summary>Puts one trial in its place and keeps the queues and the count of open trials true.</summary>
    internal SweepState With(TrialState trial)
    {
        var before = trial.Number <= Trials.Count ? Trial(trial.Number) : null;
        var counts = before is null ? Counts : Counts.SetItem(before.Status, Count(before.Status) - 1);
        return this with
        {
            Trials = before is null ? Trials.Add(trial) : Trials.SetItem(trial.Number - 1, trial),
            PendingTrials = Member(PendingTrials, trial.Number, trial.Status == TrialStatus.Pending),
            PausedTrials = Member(PausedTrials, trial.Number, trial.Status == TrialStatus.Paused),
            PendingEvaluations = Waiting(before, trial),
            Counts = counts.SetItem(trial.Status, counts.GetValueOrDefault(trial.Status) + 1),
            CheckpointBytes = CheckpointBytes + trial.Stored - (before?.Stored ?? 0),
            OpenTrials = OpenTrials + (trial.IsOver ? 0 : 1) - (before is { IsOver: false } ? 1 : 0),
        };
    }

    ImmutableSortedSet<PendingEvaluation> Waiting(TrialState? before, TrialState trial)
    {
        var (old, @new) = (Pending(before), Pending(trial));
        // What stays as it is stays the same object.
        if (old == @new)
            return PendingEvaluations;
        var without = old is { } one ? PendingEvaluations.Remove(one) : PendingEvaluations;
        return @new is { } another ? without.Add(another) : without;

        static PendingEvaluation? Pending(TrialState? of) =>
            of is { Evaluation: EvaluationStatus.Pending } ? PendingEvaluation.Of(of) : null;
    }

    static ImmutableSortedDictionary<AttemptCause, int> Counted(ImmutableSortedDictionary<AttemptCause, int> ends, AttemptCause cause) =>
        ends.SetItem(cause, ends.GetValueOrDefault(cause) + 1);

    static ImmutableSortedSet<int> Member(ImmutableSortedSet<int> set, int number, bool isMember) =>
        isMember ? set.Add(number) : set.Remove(number);
}

/// <summary>A checkpoint that waits for an evaluator.</summary>
/// <param name="BitsPerDim">On the validation split; the trial's number decides between equals.</param>
public readonly record struct PendingEvaluation(double BitsPerDim, int Trial) : IComparable<PendingEvaluation>
{
    internal static PendingEvaluation Of(TrialState trial) => new(trial.ValidationBitsPerDim ?? double.PositiveInfinity, trial.Number);

    public int CompareTo(PendingEvaluation other) =>
        BitsPerDim.CompareTo(other.BitsPerDim) is not 0 and var order ? order : Trial.CompareTo(other.Trial);
}

/// <param name="LastSequence">Of the newest report accepted under this lease.</param>
public sealed record LeaseState(Lease Lease, long LastSequence)
{
    /// <summary>What it takes of a device.</summary>
    public LeaseRate Rate { get; init; }

    /// <summary>When it was granted, or something was last reported under it.</summary>
    public DateTimeOffset HeardAt { get; init; }

    /// <summary>When its newest checkpoint was reported; null before the first.</summary>
    public DateTimeOffset? CheckpointAt { get; init; }

    /// <summary>It is asked to leave: its slot is wanted for another sweep or is one more than the sweep may have, its trial has trained
    /// for as long as one may, or the sweep's file has another last epoch.</summary>
    public bool IsPreempted { get; init; }
}
