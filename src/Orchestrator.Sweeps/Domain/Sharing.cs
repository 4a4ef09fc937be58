using System.Collections.Immutable;
using Orchestrator.Sweeps.Specs;

namespace Orchestrator.Sweeps.Domain;

/// <summary>How the sweeps of one cluster share its slots.</summary>
public static class Sharing
{
    /// <summary>How many slots the sweep has of a kind.</summary>
    public static int Held(SweepState sweep, WorkKind kind) =>
        kind == WorkKind.Training ? sweep.Count(TrialStatus.Running) : sweep.Leases.Count - sweep.Count(TrialStatus.Running);

    /// <summary>Trials that wait for a slot, those among them that the search is still to draw.</summary>
    public static int Waiting(SweepState sweep) => sweep.PendingTrials.Count + sweep.PlannedTrials - sweep.Trials.Count;

    /// <summary>How many more trials the sweep's bound lets train; none or less where it has as many as it may.</summary>
    public static int Room(SweepState sweep) => Room(sweep.Share, Held(sweep, WorkKind.Training));

    /// <summary>What the sweep claims of the slots of one kind.</summary>
    /// <param name="offered">How many are on offer to it.</param>
    /// <param name="may">Whether the quota of its token has room for another one.</param>
    public static Claim ClaimOf(SweepState sweep, WorkKind kind, int offered = 0, bool may = true) =>
        new(
            sweep.Spec.Name,
            sweep.Share,
            Held(sweep, kind) + offered,
            may && (kind == WorkKind.Training ? Wanted(sweep) > offered : sweep.HeldBack is null && !sweep.PendingEvaluations.IsEmpty)
        );

    /// <summary>How many more slots the sweep could train in just now.</summary>
    public static int Wanted(SweepState sweep)
    {
        var waiting = Waiting(sweep);
        if (waiting == 0 && sweep.Status == SweepStatus.Running && Ladders.Promotion(sweep) is not null)
            waiting = 1;
        return Wanted(sweep.Status, sweep.HeldBack ?? sweep.WaitsBecause, sweep.Share, waiting, Held(sweep, WorkKind.Training));
    }

    /// <summary>How many more slots a sweep could train in, told by its counts.</summary>
    /// <param name="waitsBecause">Why no slot of the cluster can hold its trials, or why it may take none; null where that is not
    /// so.</param>
    /// <param name="waiting">Trials that wait for a slot.</param>
    /// <param name="held">Slots it trains in.</param>
    public static int Wanted(SweepStatus status, string? waitsBecause, SweepShare share, int waiting, int held) =>
        status == SweepStatus.Running && waitsBecause is null ? Math.Max(0, Math.Min(waiting, Room(share, held))) : 0;

    static int Room(SweepShare share, int held) => (share.MaxSlots ?? int.MaxValue) - held;

    /// <summary>Trials that are to leave their slots to sweeps of a higher priority.</summary>
    /// <param name="open">Sweeps that are not over, the oldest first.</param>
    /// <param name="suits">Whether a sweep's trial fits into the slot of another one's lease when that is free.</param>
    /// <param name="roomOf">How many more slots a token's sweeps may train in; null where there is no bound.</param>
    /// <returns>Of the lowest priority first, of one priority of the sweep that has the most for its weight, the newest attempts
    /// first; none where so many are leaving already.</returns>
    public static ImmutableArray<Preemption> Preemptions(
        IReadOnlyCollection<SweepState> open,
        Func<SweepState, SweepState, Lease, bool> suits,
        DateTimeOffset now,
        Func<string, int?>? roomOf = null
    )
    {
        // Almost always there is nobody to make way for.
        var lowest = open.Select(sweep => sweep.Share.Priority).DefaultIfEmpty().Min();
        if (!open.Any(sweep => sweep.Share.Priority > lowest && Wanted(sweep) > 0))
            return [];
        var preemptions = ImmutableArray.CreateBuilder<Preemption>();
        var held = open.ToDictionary(sweep => sweep.Spec.Name, sweep => Held(sweep, WorkKind.Training));
        var room = open.Select(sweep => sweep.SubmittedBy).OfType<string>().Distinct().ToDictionary(token => token, roomOf ?? (_ => null));
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
                    // A token that has all its slots gives one of its own.
                    && (one.Sweep.SubmittedBy == sweep.SubmittedBy || HasRoom(sweep))
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
                if (sweep.SubmittedBy is { } token && given.Sweep.SubmittedBy != token)
                    room[token]--;
                if (!given.IsLeaving)
                    preemptions.Add(new Preemption(given.Sweep.Spec.Name, given.Lease.Token, sweep.Spec.Name));
            }
        }

        return preemptions.ToImmutable();

        bool HasRoom(SweepState sweep) => sweep.SubmittedBy is not { } token || room[token] is not <= 0;
    }
}

/// <param name="Sweep">That gives up a slot.</param>
/// <param name="Token">Of the lease that holds it.</param>
/// <param name="By">The sweep that goes first.</param>
public sealed record Preemption(string Sweep, long Token, string By);
