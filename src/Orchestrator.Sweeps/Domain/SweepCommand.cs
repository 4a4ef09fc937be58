using System.Collections.Immutable;
using Orchestrator.Sweeps.Search;
using Orchestrator.Sweeps.Specs;
using Orchestrator.Sweeps.Tasks;

namespace Orchestrator.Sweeps.Domain;

/// <summary>Something a sweep is asked to do.</summary>
public abstract record SweepCommand;

/// <summary>Begins a sweep, or goes on with the same one.</summary>
/// <param name="File">The sweep file, to the letter.</param>
/// <param name="DatasetSha256">Of the data set's content, where whoever submits has it; null where the first attempt says it.</param>
public sealed record SubmitSweep(SweepSpec Spec, string File, string? DatasetSha256 = null) : SweepCommand
{
    /// <summary>Name of the API token of whoever submits, or its id where it has no name; null where there is none.</summary>
    public string? SubmittedBy { get; init; }

    /// <summary>What the sweeps gave that <c>search.prior</c> names; empty where it names none, or the sweep is there.</summary>
    public ImmutableArray<PriorObservation> Prior { get; init; } = [];

    /// <summary>What <see cref="Domain.Fork"/> found; null where trials begin anew, or the sweep is there.</summary>
    public ForkPoint? Fork { get; init; }
}

/// <summary>A free slot asks for work.</summary>
public sealed record GrantLease(string Node, int Slot, WorkKind Kind) : SweepCommand
{
    /// <summary>What the slot has for the work; null where anything fits.</summary>
    public SlotResources? Free { get; init; }
}

/// <summary>No slot that there is can hold the sweep's work, or one can again.</summary>
/// <param name="Because">Why not; null where one can.</param>
public sealed record NoteWait(string? Because) : SweepCommand;

/// <summary>The quota of the token that the sweep was submitted with is used up, or is not any more.</summary>
/// <param name="Because">Why the sweep may take no slot; null where it may.</param>
public sealed record NoteQuota(string? Because) : SweepCommand;

public sealed record ReportEpoch(long Token, long Sequence, EpochReport Report) : SweepCommand;

public sealed record ReportCheckpoint(long Token, long Sequence, CheckpointInfo Checkpoint) : SweepCommand;

public sealed record ReportMemory(long Token, long Sequence, PeakMemory Peak) : SweepCommand;

/// <summary>What the first attempt of a sweep has loaded, before it trains on it.</summary>
/// <param name="Sha256">Of the data set's content.</param>
public sealed record ReportDataset(long Token, string Sha256) : SweepCommand;

/// <param name="Scores">Of an evaluation that ended with <see cref="AttemptCause.Done"/>.</param>
public sealed record EndLease(long Token, AttemptEnd End, EvaluationScores? Scores = null) : SweepCommand;

public sealed record StopSweep : SweepCommand;

public sealed record PauseSweep : SweepCommand;

public sealed record ResumeSweep : SweepCommand;

/// <param name="Values">By the names of <see cref="Settable"/>; what is not named stays.</param>
public sealed record SetSweep(ImmutableSortedDictionary<string, string> Values) : SweepCommand;

/// <summary>Tags are given to the sweep and taken from it.</summary>
public sealed record TagSweep(ImmutableArray<string> Add, ImmutableArray<string> Remove) : SweepCommand;

/// <param name="Trial">What it is about; null for the sweep itself.</param>
/// <param name="Text">In place of what was said before; empty for nothing any more.</param>
public sealed record WriteNote(int? Trial, string Text) : SweepCommand;

/// <summary>Checkpoints of a sweep that is over are given up.</summary>
/// <param name="All">Also the best trial's.</param>
public sealed record PruneCheckpoints(bool All) : SweepCommand;

/// <summary>Another sweep goes on from the trial's checkpoint.</summary>
public sealed record LendCheckpoint(int Trial, string To) : SweepCommand;

/// <summary>That sweep is no more.</summary>
public sealed record TakeCheckpointBack(string To) : SweepCommand;

/// <summary>What was given up is deleted wherever it was.</summary>
public sealed record ConfirmDeleted(GivenUp What) : SweepCommand;

/// <summary>Time has passed: what the budget no longer allows ends.</summary>
public sealed record CheckBudget : SweepCommand;

/// <summary>A channel was told of something, or is given up on.</summary>
/// <param name="Notice">Number of the notice.</param>
/// <param name="GivenUpBecause">Null where it was told.</param>
public sealed record SettleNotice(int Notice, string Channel, string? GivenUpBecause) : SweepCommand;

/// <summary>The sweep becomes what a changed file says; all of it that is still true is kept.</summary>
/// <param name="File">The sweep file, to the letter.</param>
/// <param name="Beyond">How learning rates go on that depend on the last epoch; null where that was not said.</param>
public sealed record ChangeSpec(SweepSpec Spec, string File, ScheduleChoice? Beyond = null) : SweepCommand;

/// <summary>An attempt is to leave its slot.</summary>
/// <param name="By">The sweep of a higher priority that wants it; null where the token that submitted the sweep may have fewer.</param>
public sealed record PreemptTrial(long Token, string? By) : SweepCommand;

/// <summary>What failed is tried again, as if it had not been tried before.</summary>
/// <param name="Trials">Numbers of trials; empty for all that failed, in training or in evaluation.</param>
public sealed record RetryTrials(ImmutableArray<int> Trials) : SweepCommand;
