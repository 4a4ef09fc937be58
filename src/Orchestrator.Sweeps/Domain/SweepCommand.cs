using System.Collections.Immutable;
using Orchestrator.Sweeps.Attempts;
using Orchestrator.Sweeps.Specs;

namespace Orchestrator.Sweeps.Domain;

/// <summary>Something a sweep is asked to do.</summary>
public abstract record SweepCommand;

public sealed record SubmitSweep(SweepSpec Spec, string File) : SweepCommand;

/// <summary>A free slot asks for work.</summary>
public sealed record GrantLease(string Node, int Slot, WorkKind Kind) : SweepCommand;

public sealed record ReportEpoch(long Token, long Sequence, EpochReport Report) : SweepCommand;

public sealed record ReportCheckpoint(long Token, long Sequence, CheckpointInfo Checkpoint) : SweepCommand;

/// <param name="Scores">Of an evaluation that ended with <see cref="AttemptCause.Done"/>.</param>
public sealed record EndLease(long Token, AttemptEnd End, EvaluationScores? Scores = null) : SweepCommand;

public sealed record StopSweep : SweepCommand;

public sealed record PauseSweep : SweepCommand;

public sealed record ResumeSweep : SweepCommand;

/// <summary>What failed is tried again, as if it had not been tried before.</summary>
/// <param name="Trials">Numbers of trials; empty for all that failed, in training or in evaluation.</param>
public sealed record RetryTrials(ImmutableArray<int> Trials) : SweepCommand;
