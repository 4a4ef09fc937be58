using System.Collections.Immutable;
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

    /// <summary>Of the data set that every attempt works on; null until it is known.</summary>
    public string? DatasetSha256 { get; private init; }

    /// <summary>Why the sweep paused itself; null where it is not paused, or somebody asked for it.</summary>
    public AttemptEnd? PausedBecause { get; private init; }

    /// <summary>The fault of all trials for which the sweep last paused itself: it does so once, and who resumes it has been
    /// told.</summary>
    public string? ToldFault { get; private init; }

    /// <summary>Nodes on which the sweep's data were not found, and when that was.</summary>
    public ImmutableSortedDictionary<string, DateTimeOffset> WithoutData { get; private init; } =
        ImmutableSortedDictionary<string, DateTimeOffset>.Empty;

    /// <summary>Trial n stands at n - 1.</summary>
    public ImmutableList<TrialState> Trials { get; private init; } = [];

    /// <summary>Leases that hold, by token.</summary>
    public ImmutableDictionary<long, LeaseState> Leases { get; private init; } = ImmutableDictionary<long, LeaseState>.Empty;

    public long LastToken { get; private init; }

    /// <summary>How many evaluations ran at once, at most: so many slots there are for them.</summary>
    public int MostEvaluations { get; private init; }

    /// <summary>The trial that was evaluated first. Its evaluation also makes what those after it read.</summary>
    public int? FirstEvaluated { get; private init; }

    // What a grant looks for, and the counts that are shown, are kept, so that a decision costs O(log trials).
    public ImmutableSortedSet<int> PendingTrials { get; private init; } = [];
    public ImmutableSortedSet<int> PendingEvaluations { get; private init; } = [];
    public int OpenTrials { get; private init; }
    public ImmutableSortedDictionary<TrialStatus, int> Counts { get; private init; } = ImmutableSortedDictionary<TrialStatus, int>.Empty;

    public bool IsOver => EndedAt is not null;

    /// <summary>What trains shall checkpoint and leave: its lease holds until it has.</summary>
    public bool Recalls(Lease lease) => lease.Kind == WorkKind.Training && Status is SweepStatus.Paused or SweepStatus.Stopping;

    public TrialState Trial(int number) => Trials[number - 1];

    public int Count(TrialStatus status) => Counts.GetValueOrDefault(status);

    public static SweepState Apply(SweepState? state, SweepEvent fact) =>
        fact switch
        {
            SweepSubmitted e => new SweepState(e.Spec, e.File, e.At),
            _ when state is null => throw new InvalidOperationException(
                $"a journal begins with {nameof(SweepSubmitted)}, not {fact.GetType().Name}"
            ),
            DatasetRecorded e => state with { DatasetSha256 = e.Sha256 },
            TrialAdded e => state.With(new TrialState(e.Trial, e.Parameters)),
            LeaseGranted e => state.Granted(e),
            EpochReported e => state.Reported(e.Token, e.Sequence).With(state.Trial(e.Trial).With(e.Report)),
            CheckpointReported e => state.Reported(e.Token, e.Sequence).With(state.Trial(e.Trial) with { Checkpoint = e.Checkpoint }),
            LeaseEnded e => state.Ended(e),
            TrialCompleted e => state.With(
                state.Trial(e.Trial) with
                {
                    Status = TrialStatus.Completed,
                    Evaluation = EvaluationStatus.Pending,
                }
            ),
            TrialFailed e => state.With(state.Trial(e.Trial) with { Status = TrialStatus.Failed, End = e.End }),
            TrialStopped e => state.With(state.Trial(e.Trial) with { Status = TrialStatus.Stopped }),
            EvaluationCompleted e => state.With(state.Trial(e.Trial) with { Evaluation = EvaluationStatus.Completed, Scores = e.Scores }),
            EvaluationFailed e => state.With(state.Trial(e.Trial) with { Evaluation = EvaluationStatus.Failed, EvaluationEnd = e.End }),
            SweepStopRequested => state with { Status = SweepStatus.Stopping, PausedBecause = null },
            SweepPaused e => state with
            {
                Status = SweepStatus.Paused,
                PausedBecause = e.Because,
                ToldFault = e.Because is { Cause: AttemptCause.BadSpec } fault ? fault.Message : state.ToldFault,
            },
            SweepResumed => state with { Status = SweepStatus.Running, PausedBecause = null, WithoutData = state.WithoutData.Clear() },
            SweepReopened => state with { Status = SweepStatus.Running, EndedAt = null },
            TrialRetried e => state.With(state.Trial(e.Trial) with { Status = TrialStatus.Pending, Forgiven = state.Trial(e.Trial).Ends }),
            EvaluationRetried e => state.With(
                state.Trial(e.Trial) with
                {
                    Evaluation = EvaluationStatus.Pending,
                    ForgivenEvaluations = state.Trial(e.Trial).EvaluationEnds,
                }
            ),
            SweepEnded e => state with { Status = e.Status, EndedAt = e.At },
            _ => throw new InvalidOperationException($"unknown event {fact.GetType().Name}"),
        };

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
        var leases = Leases.SetItem(e.Token, new LeaseState(lease, LastSequence: 0));
        return With(trial) with
        {
            Leases = leases,
            LastToken = e.Token,
            FirstEvaluated = FirstEvaluated ?? (e.Kind == WorkKind.Evaluation ? e.Trial : null),
            MostEvaluations = Math.Max(MostEvaluations, leases.Values.Count(held => held.Lease.Kind == WorkKind.Evaluation)),
        };
    }

    SweepState Reported(long token, long sequence) =>
        this with
        {
            Leases = Leases.SetItem(token, Leases[token] with { LastSequence = sequence }),
        };

    SweepState Ended(LeaseEnded e)
    {
        var trial = Trial(e.Trial);
        var lease = Leases[e.Token].Lease;
        // Back in the queue, unless a further event of the same decision says how it ended.
        trial =
            e.Kind == WorkKind.Training
                ? trial with
                {
                    Status = TrialStatus.Pending,
                    Ends = trial.Ends.SetItem(e.End.Cause, trial.Ends.GetValueOrDefault(e.End.Cause) + 1),
                    End = e.End,
                    Trained = trial.Trained + (e.At - lease.GrantedAt),
                }
                : trial with
                {
                    Evaluation = EvaluationStatus.Pending,
                    EvaluationEnds = trial.EvaluationEnds.SetItem(e.End.Cause, trial.EvaluationEnds.GetValueOrDefault(e.End.Cause) + 1),
                    EvaluationEnd = e.End,
                    Evaluated = trial.Evaluated + (e.At - lease.GrantedAt),
                };
        return With(trial) with
        {
            Leases = Leases.Remove(e.Token),
            WithoutData = e.End.Cause == AttemptCause.Data ? WithoutData.SetItem(lease.Node, e.At) : WithoutData,
        };
    }

    /// <summary>Puts one trial in its place and keeps the queues and the count of open trials true.</summary>
    SweepState With(TrialState trial)
    {
        var before = trial.Number <= Trials.Count ? Trial(trial.Number) : null;
        var counts = before is null ? Counts : Counts.SetItem(before.Status, Count(before.Status) - 1);
        return this with
        {
            Trials = before is null ? Trials.Add(trial) : Trials.SetItem(trial.Number - 1, trial),
            PendingTrials = Member(PendingTrials, trial.Number, trial.Status == TrialStatus.Pending),
            PendingEvaluations = Member(PendingEvaluations, trial.Number, trial.Evaluation == EvaluationStatus.Pending),
            Counts = counts.SetItem(trial.Status, counts.GetValueOrDefault(trial.Status) + 1),
            OpenTrials = OpenTrials + (trial.IsOver ? 0 : 1) - (before is { IsOver: false } ? 1 : 0),
        };
    }

    static ImmutableSortedSet<int> Member(ImmutableSortedSet<int> set, int number, bool isMember) =>
        isMember ? set.Add(number) : set.Remove(number);
}

/// <param name="LastSequence">Of the newest report accepted under this lease.</param>
public sealed record LeaseState(Lease Lease, long LastSequence);
