using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using Orchestrator.Sweeps;
using Orchestrator.Sweeps.Domain;
using Orchestrator.Sweeps.Specs;
using Orchestrator.Sweeps.Tasks;
using static System.FormattableString;

namespace Orchestrator.Reports.Views;

/// <summary>A fact of the journal, in words.</summary>
/// <param name="Type">Name of the event in snake_case: <c>lease_granted</c>.</param>
/// <param name="Trial">Null for a fact of the whole sweep.</param>
public sealed record JournalEntry(long Sequence, DateTimeOffset At, string Type, string? Trial, string Text)
{
    public static JournalEntry From(long sequence, SweepEvent fact) =>
        new(sequence, fact.At, Snake(fact.GetType().Name), fact is ITrialFact { Trial: var trial } ? TrialId.Of(trial) : null, Words(fact));

    static string Words(SweepEvent fact) =>
        fact switch
        {
            SweepSubmitted e => Invariant(
                $"submitted{(e.SubmittedBy is { } by ? $" with token {by}" : "")}: data set {e.Spec.Dataset}, seed {e.Spec.Seed}"
            ),
            DatasetRecorded e => $"data set recorded: SHA-256 {e.Sha256}",
            TrialAdded { Parameters.IsEmpty: true } => "added, as given",
            TrialAdded e => $"added: {string.Join(", ", e.Parameters.Select(parameter => $"{parameter.Key} = {parameter.Value}"))}",
            LeaseGranted e => Invariant($"{Work(e.Kind)} {e.Attempt} begins on {e.Node}, slot {e.Slot}{StatusText.Parts(e.Accumulate)}"),
            EpochReported { Report: var r } => string.Create(
                CultureInfo.InvariantCulture,
                $"epoch {r.Epoch}: training {r.TrainBitsPerDim:F4}, validation {r.ValidationBitsPerDim:F4} bits/dim, learning rate "
                    + $"{r.LearningRate:G4}, gradient norm {r.GradientNorm:G4}, {r.ImagesPerSecond:F0} images/s, {r.Seconds:F1} s"
            ),
            CheckpointReported { Checkpoint: var c } => Invariant(
                $"{(c.Final ? "final checkpoint" : "checkpoint")} after epoch {c.Epoch}, step {c.Step}: {c.Path}"
            ),
            MemoryMeasured { Peak: var p } => Invariant(
                $"its first steps take {p.Bytes >> 20} MiB of {(p.Device == PeakMemory.Cpu ? "memory" : "the GPU's memory")}"
            ),
            LeaseEnded e => $"{Work(e.Kind)} ended: {StatusText.Of(e.End)}",
            TrialCompleted => "trained to its end",
            TrialFailed e => $"failed: {StatusText.Of(e.End)}",
            TrialStopped { Because: { } because } => $"stopped: {StatusText.Of(because)}",
            TrialStopped => "stopped",
            TrialPaused => "paused at its rung: waits for a promotion",
            TrialPruned e => Invariant($"pruned at epoch {e.Epoch}"),
            ConfigurationPromoted e => Invariant($"configuration {e.Configuration} is promoted from epoch {e.Level}"),
            PriorRecorded e => Invariant($"the search knows {e.Observations.Length} configurations of other sweeps"),
            ForkRecorded { From: var f } => Invariant(
                $"trials go on from trial {TrialId.Of(f.Trial)} of {f.Sweep}, epoch {f.Checkpoint.Epoch}: {f.Checkpoint.Path}"
            ),
            SearchExhausted => "the search has no more trials to give",
            EvaluationChosen => "one of the best: to be evaluated",
            EvaluationCompleted { Scores: var s } => Invariant(
                $"evaluated: test {s.Test.BitsPerDim:F4} bits/dim, FID {s.Samples.Fid:F2}, KID {s.Samples.Kid:F4}"
            ),
            EvaluationFailed e => $"evaluation failed: {StatusText.Of(e.End)}",
            SweepStopRequested { Because: { } because } => $"stops by itself, and what trains checkpoints and leaves: {because.Message}",
            SweepStopRequested => "asked to stop: what trains checkpoints and leaves",
            SweepPaused { Because: { } because } => $"paused by itself: {StatusText.SelfPause(because)}",
            SweepPaused => "paused: what trains checkpoints and leaves",
            WaitNoted { Because: { } because } => $"waits: {because}",
            WaitNoted => "a slot can hold its work again",
            QuotaNoted { Because: { } because } => $"waits, and what trains checkpoints and leaves: {because}",
            QuotaNoted => "the quota of its token lets it take slots again",
            SweepResumed => "resumed",
            ShareChanged { Share: var s } => $"its share of the cluster: {StatusText.Of(s)}",
            BudgetChanged { Budget: var b } => $"its budget: {(StatusText.Of(b) is { Length: > 0 } bounds ? bounds : "none")}",
            CheckpointsGivenUp { Kept: null, Bytes: var bytes } => $"its checkpoints are given up: {ByteSize.Text(bytes)}",
            CheckpointsGivenUp { Bytes: var bytes } => $"its checkpoints before the newest are given up: {ByteSize.Text(bytes)}",
            CheckpointLent e => $"sweep {e.To} goes on from its checkpoint: none of it is deleted",
            CheckpointReturned e => $"sweep {e.To}, which went on from its checkpoint, is no more",
            CheckpointsDeleted => "what was given up of its checkpoints is deleted",
            TagsChanged { Tags: var tags } => tags.IsEmpty ? "no tags any more" : $"tags: {string.Join(", ", tags)}",
            SweepNoted { Text: "" } or TrialNoted { Text: "" } => "no note any more",
            SweepNoted { Text: var text } => $"note: {text}",
            TrialNoted { Text: var text } => $"note: {text}",
            BudgetNearlyUsed e => Invariant($"{Noticing.NearEnd * 100} % of {e.Path} is used"),
            NoticeSettled { GivenUpBecause: { } because } e => Invariant($"{e.Channel} was not told of notice {e.Notice}: {because}"),
            NoticeSettled e => Invariant($"{e.Channel} was told of notice {e.Notice}"),
            TrialOutOfTime => "asked to checkpoint and leave: it has trained for as long as a trial may",
            EvaluationDropped => "not evaluated: the budget is used up",
            TrialPreempted { By: { } by } => $"asked to checkpoint and leave its slot to sweep {by}",
            TrialPreempted => "asked to checkpoint and leave, to go on later: the sweep, or its token, may have fewer slots, or its "
                + "file was changed",
            SpecChanged => "its file was changed",
            TrialDropped => "no longer in the file: no more of it is trained",
            TrialRestored => "in the file again",
            TrialRestated => "the same trial in the words of the changed file",
            TrialContinued { Beyond: { } beyond } => Invariant(
                $"goes on to the last epoch of the changed file; learning rate beyond epoch {beyond.Epoch}: {StatusText.Of(beyond.How)}"
            ),
            TrialContinued => "goes on to the last epoch of the changed file",
            SweepReopened => "runs again",
            TrialRetried => "to be tried again: back in the queue",
            EvaluationRetried => "evaluation to be tried again: back in the queue",
            SweepEnded e => $"ended: {StatusText.Of(e.Status)}",
            _ => Snake(fact.GetType().Name),
        };

    static string Work(WorkKind kind) => kind == WorkKind.Training ? "attempt" : "evaluation";

    static string Snake(string name) => JsonNamingPolicy.SnakeCaseLower.ConvertName(name);
}

/// <summary>What <c>GET /api/sweeps/{id}/journal</c> says.</summary>
/// <param name="Next">Sequence number after which to go on.</param>
public sealed record JournalPage(ImmutableArray<JournalEntry> Events, long Next);
