using System.Collections.Immutable;
using Orchestrator.Sweeps.Attempts;
using Orchestrator.Sweeps.Specs;

namespace Orchestrator.Sweeps.Domain;

/// <summary>A fact of a sweep, kept in its journal for good.</summary>
public abstract record SweepEvent
{
    public required DateTimeOffset At { get; init; }
}

/// <summary>A fact of one trial.</summary>
public interface ITrialFact
{
    int Trial { get; }
}

/// <param name="File">The sweep file, to the letter.</param>
public sealed record SweepSubmitted(SweepSpec Spec, string File) : SweepEvent;

public sealed record TrialAdded(int Trial, ImmutableSortedDictionary<string, string> Parameters) : SweepEvent, ITrialFact;

public sealed record LeaseGranted(int Trial, WorkKind Kind, int Attempt, long Token, string Node, int Slot) : SweepEvent, ITrialFact;

/// <param name="Sequence">Of the report within its lease; a repeated one changes nothing.</param>
public sealed record EpochReported(int Trial, long Token, long Sequence, EpochReport Report) : SweepEvent, ITrialFact;

public sealed record CheckpointReported(int Trial, long Token, long Sequence, CheckpointInfo Checkpoint) : SweepEvent, ITrialFact;

/// <summary>The lease is over and the trial's attempt or evaluation with it.</summary>
public sealed record LeaseEnded(int Trial, WorkKind Kind, long Token, AttemptEnd End) : SweepEvent, ITrialFact;

public sealed record TrialCompleted(int Trial) : SweepEvent, ITrialFact;

public sealed record TrialFailed(int Trial, AttemptEnd End) : SweepEvent, ITrialFact;

public sealed record TrialStopped(int Trial) : SweepEvent, ITrialFact;

public sealed record EvaluationCompleted(int Trial, EvaluationScores Scores) : SweepEvent, ITrialFact;

public sealed record EvaluationFailed(int Trial, AttemptEnd End) : SweepEvent, ITrialFact;

/// <summary>No further work is granted; what runs is asked to leave.</summary>
public sealed record SweepStopRequested : SweepEvent;

public sealed record SweepEnded(SweepStatus Status) : SweepEvent;
