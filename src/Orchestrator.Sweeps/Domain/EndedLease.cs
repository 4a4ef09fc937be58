using Orchestrator.Sweeps.Tasks;

namespace Orchestrator.Sweeps.Domain;

/// <summary>What one lease took: an attempt of a trial, or an evaluation of its checkpoint.</summary>
/// <param name="Attempt">Counts the trial's attempts, or its evaluations, from 1.</param>
/// <param name="Cause">How it ended.</param>
/// <param name="Kept">Time up to the attempt's newest checkpoint, where the next one goes on; all of an attempt that trained as far as it
/// was to, and of an evaluation.</param>
/// <param name="Lost">The rest.</param>
/// <param name="Rate">What it took of a device.</param>
public readonly record struct EndedLease(WorkKind Kind, int Attempt, AttemptCause Cause, TimeSpan Kept, TimeSpan Lost, LeaseRate Rate)
{
    public Spending Spent
    {
        get
        {
            var (kept, lost) = (Taken.Of(Rate, Kept), Taken.Of(Rate, Lost));
            return Kind == WorkKind.Evaluation ? Spending.None with { Evaluation = kept }
                : Cause is AttemptCause.Interrupted or AttemptCause.NodeLost ? Spending.None with { Useful = kept, LostToPreemption = lost }
                : Spending.None with { Useful = kept, LostToCrashes = lost };
        }
    }

    /// <param name="at">When the lease ended; of one that was lost, what is not heard of is not counted.</param>
    internal static EndedLease Of(LeaseState held, AttemptCause cause, DateTimeOffset at)
    {
        var (lease, began) = (held.Lease, held.Lease.GrantedAt);
        if (cause == AttemptCause.NodeLost)
            at = Spending.Heard(held, at);
        // A coordinator's clock may be behind that of the one before it.
        var time = Between(TimeSpan.Zero, at - began, TimeSpan.MaxValue);
        var kept =
            lease.Kind == WorkKind.Evaluation || cause == AttemptCause.Done
                ? time
                : Between(TimeSpan.Zero, (held.CheckpointAt ?? began) - began, time);
        return new EndedLease(lease.Kind, lease.Attempt, cause, kept, time - kept, held.Rate);
    }

    static TimeSpan Between(TimeSpan least, TimeSpan time, TimeSpan most) =>
        time < least ? least
        : time > most ? most
        : time;
}
