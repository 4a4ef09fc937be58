using System.Collections.Immutable;
using Orchestrator.Sweeps.Specs;

namespace Orchestrator.Sweeps.Domain;

/// <summary>How the sweeps of one cluster share its slots.</summary>
public static class Sharing
{
    /// <summary>The order in which a free slot is offered.</summary>
    /// <param name="sweeps">The oldest first.</param>
    /// <param name="held">How many slots a sweep has of the kind.</param>
    /// <returns>The highest priority first; of one priority the sweep that would have the least for its weight with this slot (the rule of
    /// D'Hondt, which gives n slots to n sweeps in the ratio of their weights); of equals the oldest.</returns>
    public static IEnumerable<T> InTurn<T>(IEnumerable<T> sweeps, Func<T, SweepShare> share, Func<T, int> held) =>
        sweeps.OrderByDescending(sweep => share(sweep).Priority).ThenBy(sweep => (held(sweep) + 1) / share(sweep).Weight);

    /// <summary>How many slots the sweep has of a kind.</summary>
    public static int Held(SweepState sweep, WorkKind kind) =>
        kind == WorkKind.Training ? sweep.Count(TrialStatus.Running) : sweep.Leases.Count - sweep.Count(TrialStatus.Running);

    /// <summary>Trials that wait for a slot, those among them that the search is still to draw.</summary>
    public static int Waiting(SweepState sweep) => sweep.PendingTrials.Count + sweep.PlannedTrials - sweep.Trials.Count;

    /// <summary>How many more trials the sweep's bound lets train; none or less where it has as many as it may.</summary>
    public static int Room(SweepState sweep) => Room(sweep.Share, Held(sweep, WorkKind.Training));

    /// <summary>How many more slots the sweep could train in just now.</summary>
    public static int Wanted(SweepState sweep)
    {
        var waiting = Waiting(sweep);
        if (waiting == 0 && sweep.Status == SweepStatus.Running && Ladders.Promotion(sweep) is not null)
            waiting = 1;
        return Wanted(sweep.Status, sweep.WaitsBecause, sweep.Share, waiting, Held(sweep, WorkKind.Training));
    }

    /// <summary>How many more slots a sweep could train in, told by its counts.</summary>
    /// <param name="waitsBecause">Why no slot of the cluster can hold its trials; null where that is not so.</param>
    /// <param name="waiting">Trials that wait for a slot.</param>
    /// <param name="held">Slots it trains in.</param>
    public static int Wanted(SweepStatus status, string? waitsBecause, SweepShare share, int waiting, int held) =>
        status == SweepStatus.Running && waitsBecause is null ? Math.Max(0, Math.Min(waiting, Room(share, held))) : 0;

    static int Room(SweepShare share, int held) => (share.MaxSlots ?? int.MaxValue) - held;

    /// <summary>Trials that are to leave their slots to sweeps of a higher priority.</summary>
    /// <param name="open">Sweeps that are not over, the oldest first.</param>
    /// <param name="suits">Whether a sweep's trial fits into the slot of another one's lease when that is free.</param>
    /// <returns>Of the lowest priority first, of one priority of the sweep that has the most for its weight, the newest attempts
    /// first; none where so many are leaving already.</returns>
    public static ImmutableArray<Preemption> Preemptions(
        IReadOnlyCollection<SweepState> open,
        Func<SweepState, SweepState, Lease, bool> suits,
        DateTimeOffset now
    )
    {
        // Almost always there is nobody to make way for.
        var lowest = open.Select(sweep => sweep.Share.Priority).DefaultIfEmpty().Min();
        if (!open.Any(sweep => sweep.Share.Priority > lowest && Wanted(sweep) > 0))
            return [];
        var preemptions = ImmutableArray.CreateBuilder<Preemption>();
        var held = open.ToDictionary(sweep => sweep.Spec.Name, sweep => Held(sweep, WorkKind.Training));
        var leases = (
            from sweep in open
            from lease in sweep.Leases.Values
            where lease.Lease.Kind == WorkKind.Training
            orderby sweep.Share.Priority, lease.Lease.GrantedAt descending, lease.Lease.Token descending
            select (Sweep: sweep, lease.Lease, IsLeaving: sweep.Recalls(lease.Lease))
        ).ToList();
        foreach (var sweep in open.OrderByDescending(sweep => sweep.Share.Priority))
        {
            for (var wanted = Wanted(sweep); wanted > 0; wanted--)
            {
                var candidates = leases.Where(one =>
                    one.Sweep.Share.Priority < sweep.Share.Priority
                    && !SelfPause.Rests(sweep, one.Lease.Node, now)
                    && suits(sweep, one.Sweep, one.Lease)
                );
                // A slot that is about to be free counts for one that waits.
                var given = candidates
                    .OrderByDescending(one => one.IsLeaving)
                    .ThenBy(one => one.Sweep.Share.Priority)
                    .ThenByDescending(one => held[one.Sweep.Spec.Name] / one.Sweep.Share.Weight)
                    .FirstOrDefault();
                if (given.Sweep is null)
                    break;
                leases.Remove(given);
                held[given.Sweep.Spec.Name]--;
                if (!given.IsLeaving)
                    preemptions.Add(new Preemption(given.Sweep.Spec.Name, given.Lease.Token, sweep.Spec.Name));
            }
        }

        return preemptions.ToImmutable();
    }
}

/// <param name="Sweep">That gives up a slot.</param>
/// <param name="Token">Of the lease that holds it.</param>
/// <param name="By">The sweep that goes first.</param>
public sealed record Preemption(string Sweep, long Token, string By);
