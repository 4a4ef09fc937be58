using Orchestrator.Sweeps.Domain;
using Orchestrator.Sweeps.Tasks;
using Orchestrator.Sweeps.Tests.Domain;

namespace Orchestrator.Sweeps.Tests.Scheduling;

/// <summary>A sweep whose trials are trained by slots that take turns, an epoch at a time, with bits per dimension that follow from trial
/// and epoch.</summary>
sealed class ScheduledSweep(SweepDomain domain, int slots, Func<int, int, double> bits)
{
    readonly Lease?[] held = new Lease?[slots];
    readonly long[] sequence = new long[slots];
    readonly int[] epoch = new int[slots];

    public SweepDomain Domain => domain;

    public int EpochsTrained { get; private set; }

    public static ScheduledSweep Of(string yaml, int slots, Func<int, int, double> bits) => new(SweepDomain.Of(yaml), slots, bits);

    public void RunToTheEnd()
    {
        while (Turn()) { }
    }

    /// <summary>Each slot does one thing.</summary>
    /// <returns>False where none had anything to do.</returns>
    public bool Turn()
    {
        var didSomething = false;
        for (var slot = 0; slot < slots; slot++)
            didSomething |= Step(slot);
        if (domain.Grant(WorkKind.Evaluation) is { } evaluation)
        {
            domain.End(evaluation, AttemptCause.Done);
            didSomething = true;
        }

        return didSomething;
    }

    /// <summary>The slot that held the lease has lost it.</summary>
    public void Forget(Lease lease, bool isLost)
    {
        if (isLost && Array.FindIndex(held, one => one?.Token == lease.Token) is >= 0 and var slot)
            held[slot] = null;
    }

    bool Step(int slot)
    {
        if (held[slot] is not { } lease)
        {
            held[slot] = domain.Grant(WorkKind.Training, "n1", slot);
            if (held[slot] is not { } granted)
                return false;
            (sequence[slot], epoch[slot]) = (0, domain.Sweep.Trial(granted.Trial).Epochs);
            return true;
        }

        var trial = domain.Sweep.Trial(lease.Trial);
        if (domain.Sweep.Recalls(lease))
        {
            domain.End(lease, AttemptCause.Interrupted);
            held[slot] = null;
        }
        else if (epoch[slot] < Ladders.Milestone(domain.Sweep, trial))
        {
            var next = ++epoch[slot];
            EpochsTrained++;
            var isLast = next == Ladders.TrialEpochs(domain.Sweep.Spec, trial);
            domain.Do(
                new ReportEpoch(
                    lease.Token,
                    ++sequence[slot],
                    SweepDomain.Epoch(next) with
                    {
                        ValidationBitsPerDim = bits(lease.Trial, next),
                    }
                )
            );
            domain.Do(new ReportCheckpoint(lease.Token, ++sequence[slot], SweepDomain.Checkpoint(next, isLast)));
        }
        else
        {
            domain.End(lease, AttemptCause.Done);
            held[slot] = null;
        }

        return true;
    }
}
