using System.Collections.Immutable;
using Orchestrator.Sweeps.Domain;
using Orchestrator.Sweeps.Specs;
using Orchestrator.Sweeps.Tasks;

namespace Orchestrator.Cluster.Protocol;

/// <summary>A message between nodes. It holds sealed types of ours, numbers, text and immutable collections of these, and nothing
/// else.</summary>
public interface IProtocolMessage;

/// <summary>The conversation between a slot, which pulls, and the coordinator.</summary>
/// <remarks>Any message may be lost or arrive twice: a slot asks again, renews again and sends its unconfirmed reports
/// again.</remarks>
public static class WorkProtocol
{
    /// <summary>A free slot asks. Answered by <see cref="WorkGranted"/>, or not at all while there is nothing to do.</summary>
    /// <param name="Free">What it has for the work now.</param>
    /// <param name="Whole">What it has while nothing is taken.</param>
    public sealed record RequestWork(string Node, int Slot, WorkKind Kind, SlotResources Free, SlotResources Whole) : IProtocolMessage;

    /// <param name="Stream">See <see cref="TrainingTask"/>.</param>
    /// <param name="UntilEpoch">Training: the epoch to train to, which is the last one or a rung of the scheduler.</param>
    /// <param name="ReportedEpoch">Training: the newest epoch that the coordinator knows of; 0 before the first.</param>
    /// <param name="Checkpoint">Folder of the checkpoint to evaluate; null for training.</param>
    /// <param name="DatasetSha256">SHA-256 of all splits of the sweep's data set, which the process refuses any other than; null where
    /// nobody has said it yet.</param>
    /// <param name="Resources">What the trial needs.</param>
    /// <param name="Bytes">Memory of the slot's device that the training is known to take; null where it is not.</param>
    /// <param name="Duration">The lease holds for this long after each renewal.</param>
    public sealed record WorkGranted(
        string Sweep,
        Lease Lease,
        TrialSpec Spec,
        RetentionSpec Retention,
        EvaluationSpec Evaluation,
        int Stream,
        int UntilEpoch,
        int ReportedEpoch,
        string? Checkpoint,
        string? DatasetSha256,
        ResourceSpec Resources,
        long? Bytes,
        TimeSpan Duration
    ) : IProtocolMessage
    {
        /// <summary>Training: where the trial begins that has no checkpoint of its own; null for nothing.</summary>
        public ForkPoint? ForkedFrom { get; init; }
    }

    public sealed record RenewLease(string Sweep, long Token) : IProtocolMessage;

    public sealed record LeaseRenewed(long Token) : IProtocolMessage;

    /// <summary>The token holds no lease any more: stop at once, nothing further of this attempt will be accepted.</summary>
    public sealed record LeaseRefused(long Token, string Reason) : IProtocolMessage;

    /// <summary>The sweep stops or is paused: the lease holds, and the process is asked to checkpoint and leave. Sent with each
    /// confirmation until it has left.</summary>
    public sealed record LeaseRecalled(long Token) : IProtocolMessage;

    /// <summary>What a slot has to report under its lease. Answered by one <see cref="ReportAccepted"/>, of the last report, or by
    /// <see cref="LeaseRefused"/>.</summary>
    public interface IReports : IProtocolMessage
    {
        string Sweep { get; }

        long Token { get; }

        /// <summary>In the order of their sequence numbers; not empty.</summary>
        ImmutableArray<WorkReport> InOrder();
    }

    /// <param name="Sequence">From 1 within the lease. What is reported later is sent only once this one was confirmed, or together with
    /// it.</param>
    public abstract record WorkReport(string Sweep, long Token, long Sequence) : IReports
    {
        public ImmutableArray<WorkReport> InOrder() => [this];

        public abstract SweepCommand ToCommand();
    }

    /// <summary>What the process has loaded, where nothing was expected. Refused, and the lease over, where the sweep's data set has turned
    /// out to be another one.</summary>
    public sealed record ReportDataset(string Sweep, long Token, long Sequence, string Sha256) : WorkReport(Sweep, Token, Sequence)
    {
        public override SweepCommand ToCommand() => new Orchestrator.Sweeps.Domain.ReportDataset(Token, Sha256);
    }

    public sealed record ReportEpoch(string Sweep, long Token, long Sequence, EpochReport Report) : WorkReport(Sweep, Token, Sequence)
    {
        public override SweepCommand ToCommand() => new Orchestrator.Sweeps.Domain.ReportEpoch(Token, Sequence, Report);
    }

    public sealed record ReportCheckpoint(string Sweep, long Token, long Sequence, CheckpointInfo Checkpoint)
        : WorkReport(Sweep, Token, Sequence)
    {
        public override SweepCommand ToCommand() => new Orchestrator.Sweeps.Domain.ReportCheckpoint(Token, Sequence, Checkpoint);
    }

    public sealed record ReportMemory(string Sweep, long Token, long Sequence, PeakMemory Peak) : WorkReport(Sweep, Token, Sequence)
    {
        public override SweepCommand ToCommand() => new Orchestrator.Sweeps.Domain.ReportMemory(Token, Sequence, Peak);
    }

    public sealed record EndLease(string Sweep, long Token, long Sequence, AttemptEnd End, EvaluationScores? Scores)
        : WorkReport(Sweep, Token, Sequence)
    {
        public override SweepCommand ToCommand() => new Orchestrator.Sweeps.Domain.EndLease(Token, End, Scores);
    }

    /// <summary>Reports that wait together. By kind, since a message says the type of everything in it.</summary>
    /// <remarks>The process says what it has loaded, and what its first steps took in memory, once.</remarks>
    public sealed record Reports(
        string Sweep,
        long Token,
        ReportDataset? Dataset,
        ReportMemory? Memory,
        ImmutableArray<ReportEpoch> Epochs,
        ImmutableArray<ReportCheckpoint> Checkpoints,
        EndLease? End
    ) : IReports
    {
        public ImmutableArray<WorkReport> InOrder() =>
            [
                .. new WorkReport?[] { Dataset, Memory, End }
                    .OfType<WorkReport>()
                    .Concat(Epochs)
                    .Concat(Checkpoints)
                    .OrderBy(report => report.Sequence),
            ];

        /// <param name="reports">Of one lease, in order, not empty.</param>
        public static IReports Of(IReadOnlyList<WorkReport> reports) =>
            reports is [var only]
                ? only
                : new Reports(
                    reports[0].Sweep,
                    reports[0].Token,
                    reports.OfType<ReportDataset>().FirstOrDefault(),
                    reports.OfType<ReportMemory>().FirstOrDefault(),
                    [.. reports.OfType<ReportEpoch>()],
                    [.. reports.OfType<ReportCheckpoint>()],
                    reports.OfType<EndLease>().FirstOrDefault()
                );
    }

    /// <summary>The report, and every one before it, is in the journal, or was already.</summary>
    public sealed record ReportAccepted(long Token, long Sequence) : IProtocolMessage;
}
