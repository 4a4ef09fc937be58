using System.Collections.Immutable;
using Orchestrator.Sweeps.Domain.Kept;
using Orchestrator.Sweeps.Scheduling;
using Orchestrator.Sweeps.Tasks;

namespace Orchestrator.Sweeps.Domain;

public enum TrialStatus
{
    Pending,
    Running,
    Completed,
    Failed,

    /// <summary>Somebody stopped the sweep, or a budget the trial.</summary>
    Stopped,

    /// <summary>Trained up to a rung, where it waits to be promoted.</summary>
    Paused,

    /// <summary>Given up by the scheduler before its last epoch.</summary>
    Pruned,
}

public enum EvaluationStatus
{
    /// <summary>Nothing to evaluate yet.</summary>
    None,
    Pending,
    Running,
    Completed,
    Failed,
}

/// <param name="Level">Of the rung, in epochs.</param>
public sealed record RankedEntry(int Level, RungEntry Entry);

/// <summary>One trial as the journal tells it.</summary>
/// <param name="Parameters">Dotted path to canonical text, as the search algorithm chose them.</param>
/// <remarks>There may be 50,000 of a sweep: what each has most of is kept in little room, and made anew for whoever reads it.</remarks>
public sealed partial record TrialState(int Number, ImmutableSortedDictionary<string, string> Parameters)
{
    static readonly Pool<AttemptEnd> SharedEnds = new();
    static readonly Pool<string> SharedNodes = new();
    static readonly Pool<ImmutableSortedDictionary<AttemptCause, int>> SharedCounts = new(
        SameItems<KeyValuePair<AttemptCause, int>>.Comparer
    );

    readonly KeptParameters parameters = KeptParameters.Of(Parameters);
    readonly KeptCheckpoint? checkpoint;
    readonly KeptScores? scores;

    public ImmutableSortedDictionary<string, string> Parameters
    {
        get => parameters.ToDictionary();
        init => parameters = KeptParameters.Of(value);
    }

    /// <summary>The configuration that it is one replicate of, from 1.</summary>
    public int Configuration { get; init; }

    public TrialStatus Status { get; init; } = TrialStatus.Pending;

    /// <summary>The sweep file was changed, and no longer gives it: what it came to is kept, and no more of it is trained.</summary>
    public bool IsDropped { get; init; }

    /// <summary>What somebody says of it; empty where nobody does.</summary>
    public string Note { get; init; } = "";

    /// <summary>How its learning rate goes on beyond the end that it was begun with; null where the file says it.</summary>
    public ScheduleBeyondEnd? Beyond { get; init; }

    public AttemptEnd? End
    {
        get;
        init => field = value is null ? null : SharedEnds.Of(value);
    }

    /// <summary>Training attempts begun.</summary>
    public int Attempts { get; init; }
    public ImmutableSortedDictionary<AttemptCause, int> Ends
    {
        get;
        init => field = SharedCounts.Of(value);
    } = ImmutableSortedDictionary<AttemptCause, int>.Empty;

    /// <summary>The parts into which its attempts cut a batch since one ran out of memory; null where the file's number holds.</summary>
    public int? Accumulate { get; init; }

    /// <summary>The <see cref="Ends"/> up to the last time a retry was asked for: they no longer count against the trial.</summary>
    public ImmutableSortedDictionary<AttemptCause, int> Forgiven
    {
        get;
        init => field = SharedCounts.Of(value);
    } = ImmutableSortedDictionary<AttemptCause, int>.Empty;

    /// <summary>One report per epoch; an epoch done again by a later attempt replaces the earlier report.</summary>
    public Curve Curve { get; private init; } = Curve.Empty;

    /// <summary>Of the newest epoch; null before the first.</summary>
    public EpochReport? LastReport => Curve.Last;

    /// <summary>Sum over the <see cref="Curve"/>.</summary>
    public double SecondsInEpochs { get; private init; }

    /// <summary>The newest one reported.</summary>
    public CheckpointInfo? Checkpoint
    {
        get => checkpoint?.Of(Number);
        init => checkpoint = value is null ? null : new KeptCheckpoint(value, Number);
    }

    public bool HasCheckpoint => checkpoint is not null;

    /// <summary>Bytes of the newest checkpoint; 0 where there is none.</summary>
    public long NewestBytes => checkpoint?.Bytes ?? 0;

    /// <summary>Bytes of all its checkpoints that are stored, as far as is known.</summary>
    public long Stored => checkpoint is null ? 0 : Math.Max(checkpoint.Stored, checkpoint.Bytes);

    /// <summary>Of the newest attempt that measured it; null before the first.</summary>
    public PeakMemory? Peak { get; init; }

    public string? Node
    {
        get;
        init => field = value is null ? null : SharedNodes.Of(value);
    }

    /// <summary>Its leases that ended, the oldest first.</summary>
    public ImmutableArray<EndedLease> EndedLeases { get; init; } = [];

    /// <summary>What its leases took that ended.</summary>
    public Spending Spent => EndedLeases.Aggregate(Spending.None, (sum, ended) => sum + ended.Spent);

    /// <summary>Time spent under training leases, whatever came of it.</summary>
    public TimeSpan Trained => Spent.Training.Slot;

    public EvaluationStatus Evaluation { get; init; }
    public int Evaluations { get; init; }

    /// <summary>Time spent under evaluation leases, whatever came of it.</summary>
    public TimeSpan Evaluated => Spent.Evaluation.Slot;
    public ImmutableSortedDictionary<AttemptCause, int> EvaluationEnds
    {
        get;
        init => field = SharedCounts.Of(value);
    } = ImmutableSortedDictionary<AttemptCause, int>.Empty;
    public ImmutableSortedDictionary<AttemptCause, int> ForgivenEvaluations
    {
        get;
        init => field = SharedCounts.Of(value);
    } = ImmutableSortedDictionary<AttemptCause, int>.Empty;
    public AttemptEnd? EvaluationEnd
    {
        get;
        init => field = value is null ? null : SharedEnds.Of(value);
    }
    public EvaluationScores? Scores
    {
        get => scores?.Scores;
        init => scores = value is null ? null : new KeptScores(value);
    }

    // Of the scores, without making them anew.
    internal IReadOnlyList<string> ScoredSchemes => scores?.Schemes ?? [];

    internal double? SamplesFid => scores?.SamplesFid;

    internal double? FidOf(string scheme) => scores?.FidOf(scheme);

    /// <summary>How often it was promoted to the next rung.</summary>
    public int Promotions { get; init; }

    /// <summary>The epoch at which the scheduler gave it up; its attempt may still be leaving.</summary>
    public int? PrunedAt { get; init; }

    /// <summary>Of the first trial of a configuration: the last rung at which it arrived.</summary>
    public RankedEntry? Ranked { get; init; }

    /// <summary>Name of the trial in folders, commands and results.</summary>
    public string Id => TrialId.Of(Number);

    public int Epochs => LastReport?.Epoch ?? 0;

    /// <summary>After the newest epoch, of the averaged weights. When training is complete that is the final checkpoint, which is the one
    /// that is evaluated.</summary>
    /// <returns>Null before the first epoch, and where it is not finite.</returns>
    public double? ValidationBitsPerDim => LastReport is { ValidationBitsPerDim: var bits } && double.IsFinite(bits) ? bits : null;

    /// <summary>How often training diverged: each time the random draws of the rest take another stream.</summary>
    public int Stream => Ends.GetValueOrDefault(AttemptCause.Divergence);

    /// <returns>The value of one of the <see cref="Parameters"/>; null where there is none of this path.</returns>
    public string? Parameter(string path) => parameters.Find(path);

    /// <summary>Whoever trains it is asked to leave, and nobody goes on.</summary>
    internal bool LeavesForGood => PrunedAt is not null || IsDropped;

    /// <summary>No evaluation of it waits or runs.</summary>
    public bool IsSettled => Evaluation is not (EvaluationStatus.Pending or EvaluationStatus.Running);

    public bool IsOver => Status is TrialStatus.Completed or TrialStatus.Failed or TrialStatus.Stopped or TrialStatus.Pruned && IsSettled;

    /// <summary>The trial with its newest checkpoint to be evaluated, or not.</summary>
    internal TrialState ToEvaluate(bool isWanted) =>
        isWanted && !IsDropped ? this with { Evaluation = EvaluationStatus.Pending, ForgivenEvaluations = EvaluationEnds } : this;

    /// <summary>The trial with its newest checkpoint not to be evaluated.</summary>
    internal TrialState WithoutEvaluation() =>
        this with
        {
            Evaluation = scores is null ? EvaluationStatus.None : EvaluationStatus.Completed,
        };

    /// <summary>An epoch is done.</summary>
    public TrialState With(EpochReport report) =>
        this with
        {
            Curve = Curve.With(report),
            SecondsInEpochs = SecondsInEpochs + report.Seconds - (Curve.Find(report.Epoch)?.Seconds ?? 0),
        };
}
