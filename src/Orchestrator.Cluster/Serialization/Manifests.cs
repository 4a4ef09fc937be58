using System.Collections.Frozen;
using Orchestrator.Cluster.Protocol;
using Orchestrator.Sweeps.Domain;

namespace Orchestrator.Cluster.Serialization;

/// <summary>Every type that may be in a journal, or between nodes, with its stable name and version.</summary>
public sealed class Manifests
{
    readonly FrozenDictionary<Type, string> _names;

    Manifests(Dictionary<string, Type> types)
    {
        Types = types.ToFrozenDictionary();
        _names = types.ToFrozenDictionary(entry => entry.Value, entry => entry.Key);
    }

    /// <summary>A name here is a promise to old journals: fields may be added with defaults, a new meaning takes a new version.</summary>
    public static Manifests Events { get; } =
        new(
            new()
            {
                ["sweep-accepted.v1"] = typeof(SweepAccepted),
                ["sweep-deletion-begun.v1"] = typeof(SweepDeletionBegun),
                ["sweep-deleted.v1"] = typeof(SweepDeleted),
                ["sweep-submitted.v1"] = typeof(SweepSubmitted),
                ["dataset-recorded.v1"] = typeof(DatasetRecorded),
                ["fork-recorded.v1"] = typeof(ForkRecorded),
                ["prior-recorded.v1"] = typeof(PriorRecorded),
                ["trial-added.v1"] = typeof(TrialAdded),
                ["search-exhausted.v1"] = typeof(SearchExhausted),
                ["lease-granted.v1"] = typeof(LeaseGranted),
                ["epoch-reported.v1"] = typeof(EpochReported),
                ["checkpoint-reported.v1"] = typeof(CheckpointReported),
                ["memory-measured.v1"] = typeof(MemoryMeasured),
                ["lease-ended.v1"] = typeof(LeaseEnded),
                ["trial-completed.v1"] = typeof(TrialCompleted),
                ["trial-failed.v1"] = typeof(TrialFailed),
                ["trial-stopped.v1"] = typeof(TrialStopped),
                ["trial-paused.v1"] = typeof(TrialPaused),
                ["trial-pruned.v1"] = typeof(TrialPruned),
                ["configuration-promoted.v1"] = typeof(ConfigurationPromoted),
                ["evaluation-chosen.v1"] = typeof(EvaluationChosen),
                ["evaluation-completed.v1"] = typeof(EvaluationCompleted),
                ["evaluation-failed.v1"] = typeof(EvaluationFailed),
                ["sweep-stop-requested.v1"] = typeof(SweepStopRequested),
                ["sweep-paused.v1"] = typeof(SweepPaused),
                ["wait-noted.v1"] = typeof(WaitNoted),
                ["quota-noted.v1"] = typeof(QuotaNoted),
                ["sweep-resumed.v1"] = typeof(SweepResumed),
                ["share-changed.v1"] = typeof(ShareChanged),
                ["budget-changed.v1"] = typeof(BudgetChanged),
                ["checkpoints-given-up.v1"] = typeof(CheckpointsGivenUp),
                ["checkpoint-lent.v1"] = typeof(CheckpointLent),
                ["checkpoint-returned.v1"] = typeof(CheckpointReturned),
                ["checkpoints-deleted.v1"] = typeof(CheckpointsDeleted),
                ["tags-changed.v1"] = typeof(TagsChanged),
                ["sweep-noted.v1"] = typeof(SweepNoted),
                ["trial-noted.v1"] = typeof(TrialNoted),
                ["budget-nearly-used.v1"] = typeof(BudgetNearlyUsed),
                ["notice-settled.v1"] = typeof(NoticeSettled),
                ["trial-out-of-time.v1"] = typeof(TrialOutOfTime),
                ["evaluation-dropped.v1"] = typeof(EvaluationDropped),
                ["trial-preempted.v1"] = typeof(TrialPreempted),
                ["spec-changed.v1"] = typeof(SpecChanged),
                ["trial-dropped.v1"] = typeof(TrialDropped),
                ["trial-restored.v1"] = typeof(TrialRestored),
                ["trial-restated.v1"] = typeof(TrialRestated),
                ["trial-continued.v1"] = typeof(TrialContinued),
                ["sweep-reopened.v1"] = typeof(SweepReopened),
                ["trial-retried.v1"] = typeof(TrialRetried),
                ["evaluation-retried.v1"] = typeof(EvaluationRetried),
                ["sweep-ended.v1"] = typeof(SweepEnded),
            }
        );

    /// <summary>A name here is a promise to nodes of other versions: any change of a message, or of what it holds, takes a new version
    /// beside the old one.</summary>
    public static Manifests Messages { get; } =
        new(
            new()
            {
                ["request-work.v1"] = typeof(WorkProtocol.RequestWork),
                ["work-granted.v2"] = typeof(WorkProtocol.WorkGranted),
                ["renew-lease.v1"] = typeof(WorkProtocol.RenewLease),
                ["lease-renewed.v1"] = typeof(WorkProtocol.LeaseRenewed),
                ["lease-refused.v1"] = typeof(WorkProtocol.LeaseRefused),
                ["lease-recalled.v1"] = typeof(WorkProtocol.LeaseRecalled),
                ["report-dataset.v1"] = typeof(WorkProtocol.ReportDataset),
                ["report-epoch.v1"] = typeof(WorkProtocol.ReportEpoch),
                ["report-checkpoint.v1"] = typeof(WorkProtocol.ReportCheckpoint),
                ["report-memory.v1"] = typeof(WorkProtocol.ReportMemory),
                ["end-lease.v1"] = typeof(WorkProtocol.EndLease),
                ["reports.v1"] = typeof(WorkProtocol.Reports),
                ["report-accepted.v1"] = typeof(WorkProtocol.ReportAccepted),
                ["submit.v2"] = typeof(SweepProtocol.Submit),
                ["accepted.v1"] = typeof(SweepProtocol.Accepted),
                ["refused.v1"] = typeof(SweepProtocol.Refused),
                ["not-found.v1"] = typeof(SweepProtocol.NotFound),
                ["describe.v1"] = typeof(SweepProtocol.Describe),
                ["description.v1"] = typeof(SweepProtocol.Description),
                ["stop.v1"] = typeof(SweepProtocol.Stop),
                ["pause.v1"] = typeof(SweepProtocol.Pause),
                ["resume.v1"] = typeof(SweepProtocol.Resume),
                ["change.v1"] = typeof(SweepProtocol.Change),
                ["set.v1"] = typeof(SweepProtocol.Set),
                ["tag.v1"] = typeof(SweepProtocol.Tag),
                ["note.v1"] = typeof(SweepProtocol.Note),
                ["prune.v1"] = typeof(SweepProtocol.Prune),
                ["lend.v1"] = typeof(SweepProtocol.Lend),
                ["delete.v1"] = typeof(SweepProtocol.Delete),
                ["delete-sweep.v1"] = typeof(FileProtocol.DeleteSweep),
                ["delete-checkpoints.v1"] = typeof(FileProtocol.DeleteCheckpoints),
                ["deleted.v1"] = typeof(FileProtocol.Deleted),
                ["not-deleted.v1"] = typeof(FileProtocol.NotDeleted),
                ["retry.v1"] = typeof(SweepProtocol.Retry),
                ["describe-nodes.v1"] = typeof(NodeProtocol.DescribeNodes),
                ["nodes-description.v1"] = typeof(NodeProtocol.NodesDescription),
                ["describe-node.v1"] = typeof(NodeProtocol.DescribeNode),
                ["node-facts.v1"] = typeof(NodeProtocol.NodeFacts),
            }
        );

    public FrozenDictionary<string, Type> Types { get; }

    /// <exception cref="ArgumentException">The type has no manifest.</exception>
    public string Of(object value) =>
        _names.TryGetValue(value.GetType(), out var name)
            ? name
            : throw new ArgumentException($"{value.GetType()} has no manifest and may not be sent or kept");
}
