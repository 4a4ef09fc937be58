using System.Collections.Immutable;
using Orchestrator.Sweeps.Search;
using Orchestrator.Sweeps.Specs;
using Orchestrator.Sweeps.Tasks;

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
public sealed record SweepSubmitted(SweepSpec Spec, string File) : SweepEvent
{
    /// <summary>Name of the API token that it was submitted with, or its id where it has no name; null where there was none.</summary>
    public string? SubmittedBy { get; init; }
}

/// <summary>What the search knows from the start.</summary>
/// <param name="Observations">Of the sweeps that the file names, in its order.</param>
public sealed record PriorRecorded(ImmutableArray<PriorObservation> Observations) : SweepEvent;

/// <summary>Every trial goes on from this checkpoint of another sweep.</summary>
public sealed record ForkRecorded(ForkPoint From) : SweepEvent;

public sealed record TrialAdded(int Trial, ImmutableSortedDictionary<string, string> Parameters) : SweepEvent, ITrialFact
{
    /// <summary>The draw of the search that gave its configuration; null in a grid, and of one that the file says to run first.</summary>
    public int? Point { get; init; }

    /// <summary>The earlier configuration of which it is one replicate more; null where it is of the newest or of a new one.</summary>
    public int? Configuration { get; init; }
}

/// <summary>The search has nothing more to give, though it was asked for more.</summary>
public sealed record SearchExhausted : SweepEvent;

/// <summary>From here on every attempt and evaluation works on this data set.</summary>
/// <param name="Sha256">Of the content of all its splits.</param>
public sealed record DatasetRecorded(string Sha256) : SweepEvent;

public sealed record LeaseGranted(int Trial, WorkKind Kind, int Attempt, long Token, string Node, int Slot) : SweepEvent, ITrialFact
{
    /// <summary>The parts into which the attempt cuts a batch, where one before it ran out of memory; null where the sweep file's number
    /// holds.</summary>
    public int? Accumulate { get; init; }

    /// <summary>What the slot had, on which it depends which trial it was given, and what the lease takes and costs; null of CPU cores
    /// without a price on which all that is known fits.</summary>
    public SlotResources? Free { get; init; }
}

/// <param name="Sequence">Of the report within its lease; a repeated one changes nothing.</param>
public sealed record EpochReported(int Trial, long Token, long Sequence, EpochReport Report) : SweepEvent, ITrialFact;

public sealed record CheckpointReported(int Trial, long Token, long Sequence, CheckpointInfo Checkpoint) : SweepEvent, ITrialFact;

/// <summary>What an attempt's first steps took.</summary>
public sealed record MemoryMeasured(int Trial, long Token, long Sequence, PeakMemory Peak) : SweepEvent, ITrialFact;

/// <summary>The lease is over and the trial's attempt or evaluation with it.</summary>
public sealed record LeaseEnded(int Trial, WorkKind Kind, long Token, AttemptEnd End) : SweepEvent, ITrialFact;

public sealed record TrialCompleted(int Trial) : SweepEvent, ITrialFact;

public sealed record TrialFailed(int Trial, AttemptEnd End) : SweepEvent, ITrialFact;

/// <param name="Because">What it may no longer train by; null where somebody stopped the sweep. What it was trained to is evaluated
/// then.</param>
public sealed record TrialStopped(int Trial, AttemptEnd? Because = null) : SweepEvent, ITrialFact;

/// <summary>The trial is trained up to a rung, and waits there to be promoted.</summary>
public sealed record TrialPaused(int Trial) : SweepEvent, ITrialFact;

/// <summary>The scheduler gave the trial up; an attempt of it is asked to leave.</summary>
/// <param name="Epoch">What it was decided on.</param>
public sealed record TrialPruned(int Trial, int Epoch) : SweepEvent, ITrialFact;

/// <summary>The trials of a configuration go on from a rung to the next.</summary>
/// <param name="Level">Of the rung, in epochs.</param>
public sealed record ConfigurationPromoted(int Configuration, int Level) : SweepEvent;

/// <summary>The trial is one of those that were chosen to be evaluated, now that no training is left.</summary>
public sealed record EvaluationChosen(int Trial) : SweepEvent, ITrialFact;

public sealed record EvaluationCompleted(int Trial, EvaluationScores Scores) : SweepEvent, ITrialFact;

public sealed record EvaluationFailed(int Trial, AttemptEnd End) : SweepEvent, ITrialFact;

/// <summary>No further training is granted; what trains is asked to leave.</summary>
/// <param name="Because">The budget that is reached; null where somebody asked for it.</param>
public sealed record SweepStopRequested(AttemptEnd? Because = null) : SweepEvent;

/// <summary>No training is granted until the sweep is resumed; what trains is asked to leave, and goes on later.</summary>
/// <param name="Because">What made the sweep pause itself; null where somebody asked for it.</param>
public sealed record SweepPaused(AttemptEnd? Because) : SweepEvent;

/// <summary>Work waits that no slot of the cluster can hold, or does so no more.</summary>
/// <param name="Because">Why not; null where one can.</param>
public sealed record WaitNoted(string? Because) : SweepEvent;

/// <summary>The quota of the token that the sweep was submitted with lets it take no slot, or does again: what trains is asked to leave,
/// and goes on later.</summary>
/// <param name="Because">Why not; null where it may.</param>
public sealed record QuotaNoted(string? Because) : SweepEvent;

public sealed record SweepResumed : SweepEvent;

/// <summary>What the sweep may have of the cluster from here on.</summary>
public sealed record ShareChanged(SweepShare Share) : SweepEvent;

/// <summary>What the sweep may take from here on.</summary>
public sealed record BudgetChanged(SweepBudget Budget) : SweepEvent;

/// <param name="Tags">All that the sweep has from here on, in order.</param>
public sealed record TagsChanged(ImmutableArray<string> Tags) : SweepEvent;

/// <summary>What somebody says of the sweep.</summary>
/// <param name="Text">In place of what was said before; empty for nothing any more.</param>
public sealed record SweepNoted(string Text) : SweepEvent;

/// <summary>What somebody says of the trial.</summary>
/// <param name="Text">In place of what was said before; empty for nothing any more.</param>
public sealed record TrialNoted(int Trial, string Text) : SweepEvent, ITrialFact;

/// <summary>Of one of its budgets so much is used that somebody is told.</summary>
/// <param name="Path">Of the budget: <c>budget.gpu_hours</c>.</param>
public sealed record BudgetNearlyUsed(string Path) : SweepEvent;

/// <summary>A channel was told of something, or given up on.</summary>
/// <param name="Notice">Number of the notice.</param>
/// <param name="GivenUpBecause">Null where it was told.</param>
public sealed record NoticeSettled(int Notice, string Channel, string? GivenUpBecause) : SweepEvent;

/// <summary>Checkpoints of the trial that are not needed any more: they are deleted wherever they are.</summary>
/// <param name="Attempts">Those of its attempts up to this one.</param>
/// <param name="Kept">The path of the newest one, which stays; null where it goes too.</param>
/// <param name="Bytes">Of those that go.</param>
public sealed record CheckpointsGivenUp(int Trial, int Attempts, string? Kept, long Bytes) : SweepEvent, ITrialFact;

/// <summary>What was given up last of the trial's checkpoints is deleted.</summary>
public sealed record CheckpointsDeleted(int Trial) : SweepEvent, ITrialFact;

/// <summary>Another sweep goes on from the trial's checkpoint: nothing of the trial is deleted.</summary>
/// <param name="To">Name of that sweep.</param>
public sealed record CheckpointLent(int Trial, string To) : SweepEvent, ITrialFact;

/// <summary>The sweep that went on from the trial's checkpoint is no more.</summary>
public sealed record CheckpointReturned(int Trial, string To) : SweepEvent, ITrialFact;

/// <summary>The trial has trained for as long as one may: its attempt is asked to checkpoint and leave.</summary>
public sealed record TrialOutOfTime(int Trial, long Token) : SweepEvent, ITrialFact;

/// <summary>The budget is used up: the trial's checkpoint is not evaluated.</summary>
public sealed record EvaluationDropped(int Trial) : SweepEvent, ITrialFact;

/// <summary>The sweep file was changed: from here on this one holds. What it means for each trial is said by the events around
/// it.</summary>
/// <param name="File">The sweep file, to the letter.</param>
/// <param name="Beyond">How learning rates that depend on the last epoch go on where that has changed; null where none does.</param>
public sealed record SpecChanged(SweepSpec Spec, string File, ScheduleChoice? Beyond) : SweepEvent;

/// <summary>The changed file no longer gives the trial: what it came to is kept, and what trains of it leaves for good.</summary>
public sealed record TrialDropped(int Trial) : SweepEvent, ITrialFact;

/// <summary>The changed file gives a trial again that was dropped.</summary>
public sealed record TrialRestored(int Trial) : SweepEvent, ITrialFact;

/// <summary>The very same settings of the trial, in the words of the changed file: it sweeps other fields, or has another
/// template.</summary>
/// <param name="Parameters">Dotted path to canonical text.</param>
public sealed record TrialRestated(int Trial, ImmutableSortedDictionary<string, string> Parameters) : SweepEvent, ITrialFact;

/// <summary>The trial, which rested, goes on from its newest checkpoint to the last epoch of the changed file.</summary>
public sealed record TrialContinued(int Trial, ScheduleBeyondEnd? Beyond) : SweepEvent, ITrialFact;

/// <summary>The trial's attempt is asked to checkpoint and leave its slot; the trial goes on later.</summary>
/// <param name="By">The sweep of a higher priority that wants it; null where the sweep, or the token that submitted it, has more slots than
/// it may have, or where the sweep has another last epoch than the attempt began with.</param>
public sealed record TrialPreempted(int Trial, long Token, string? By) : SweepEvent, ITrialFact;

/// <summary>A sweep that was over runs again.</summary>
public sealed record SweepReopened : SweepEvent;

/// <summary>A trial that failed, or that a budget stopped, is back where it was, and what it failed by no longer counts against
/// it.</summary>
public sealed record TrialRetried(int Trial) : SweepEvent, ITrialFact;

/// <summary>The same of a trial whose evaluation failed.</summary>
public sealed record EvaluationRetried(int Trial) : SweepEvent, ITrialFact;

public sealed record SweepEnded(SweepStatus Status) : SweepEvent;
