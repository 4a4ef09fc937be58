using Orchestrator.Sweeps.Specs;
using Orchestrator.Sweeps.Tasks;

namespace Orchestrator.Sweeps.Domain;

/// <summary>What leases took.</summary>
/// <param name="Slot">Time in a slot.</param>
/// <param name="GpuSeconds">Seconds, each times the part of a GPU that was the lease's; none on CPU cores.</param>
/// <param name="Cost">By the prices of the nodes, in whatever currency they are in; nothing where a node has none.</param>
public readonly record struct Taken(TimeSpan Slot, double GpuSeconds, double Cost)
{
    public static Taken operator +(Taken a, Taken b) => new(a.Slot + b.Slot, a.GpuSeconds + b.GpuSeconds, a.Cost + b.Cost);

    /// <param name="rate">What the lease takes of a device.</param>
    internal static Taken Of(LeaseRate rate, TimeSpan time) =>
        new(time, rate.GpuShare * time.TotalSeconds, rate.PricePerHour * time.TotalHours);
}

/// <summary>What a lease takes while it holds.</summary>
/// <param name="GpuShare">Part of a GPU, from 0 to 1; 0 on CPU cores.</param>
/// <param name="PricePerHour">Of that part, or of the slot of CPU cores; 0 where its node has no price.</param>
public readonly record struct LeaseRate(double GpuShare, double PricePerHour)
{
    /// <summary>A trial takes of a GPU what the sweep file says, an evaluation what its evaluator has for one. An evaluation on CPU takes
    /// nothing of the GPU beside it, and costs nothing.</summary>
    internal static LeaseRate Of(LeaseGranted granted, ResourceSpec needs)
    {
        if (granted.Free is not { } slot)
            return default;
        var share =
            slot.Gpu is null ? 0
            : granted.Kind == WorkKind.Training ? needs.GpuFraction
            : needs.Device == ResourceSpec.Cpu ? 0
            : Math.Min(1, slot.Share);
        return new LeaseRate(share, (slot.Price ?? 0) * (slot.Gpu is null ? 1 : share));
    }
}

/// <summary>What leases of a sweep, or of one of its trials, took, by what came of it. Together the four are all time under
/// leases; of one that was lost, up to two minutes after its last report, of an evaluation ten minutes after its beginning: what is not
/// heard of, be it that the machine was off for a night, is not counted.</summary>
/// <param name="Useful">Training that the trial kept: up to the newest checkpoint of its attempt, where the next one goes on; all of an
/// attempt that trained as far as it was to, or that was given up by the scheduler.</param>
/// <param name="LostToCrashes">The rest of an attempt that ended by a fault, of the trial or of its machine's disk, data or memory.</param>
/// <param name="LostToPreemption">The rest of an attempt that was asked to leave, or whose node or slot was lost.</param>
/// <param name="Evaluation">Evaluations, whatever came of them.</param>
public sealed record Spending(Taken Useful, Taken LostToCrashes, Taken LostToPreemption, Taken Evaluation)
{
    // A trial writes a checkpoint every minute; an evaluation reports nothing before its end.
    static readonly TimeSpan UnheardTraining = TimeSpan.FromMinutes(2),
        UnheardEvaluation = TimeSpan.FromMinutes(10);

    public static Spending None { get; } = new(default, default, default, default);

    /// <summary>All of it.</summary>
    public Taken Total => Training + Evaluation;

    /// <summary>All that is no evaluation.</summary>
    public Taken Training => Useful + LostToCrashes + LostToPreemption;

    public static Spending operator +(Spending a, Spending b) =>
        new(a.Useful + b.Useful, a.LostToCrashes + b.LostToCrashes, a.LostToPreemption + b.LostToPreemption, a.Evaluation + b.Evaluation);

    /// <summary>Of a lease that holds: as if it ended well now, or when it was last heard of, which may be long ago where no coordinator
    /// was there.</summary>
    public static Spending Of(LeaseState held, DateTimeOffset now) => EndedLease.Of(held, AttemptCause.Done, Heard(held, now)).Spent;

    /// <summary>Of a lease that holds: what will count so, however it ends.</summary>
    public static Spending CertainOf(LeaseState held, DateTimeOffset now) =>
        held.Lease.Kind == WorkKind.Evaluation ? Of(held, now)
        : held.CheckpointAt is { } checkpoint ? Of(held, checkpoint)
        : None;

    /// <summary>Of what was lost nobody knows that it still ran.</summary>
    internal static DateTimeOffset Heard(LeaseState held, DateTimeOffset at)
    {
        var last = held.HeardAt + (held.Lease.Kind == WorkKind.Training ? UnheardTraining : UnheardEvaluation);
        return last < at ? last : at;
    }
}
