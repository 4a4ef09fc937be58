using System.Collections.Immutable;
using Orchestrator.Sweeps.Specs;
using static System.FormattableString;

namespace Orchestrator.Sweeps.Domain;

/// <summary>What the sweeps of one API token have and took together: of those that are over too. It follows from their journals, so that a
/// restart neither resets nor burns it.</summary>
public static class Quotas
{
    /// <param name="all">Every sweep that there is.</param>
    public static IEnumerable<SweepState> SweepsOf(string token, IEnumerable<SweepState> all) =>
        all.Where(sweep => sweep.SubmittedBy == token);

    /// <summary>Slots that sweeps train in.</summary>
    public static int Held(IEnumerable<SweepState> sweeps) => sweeps.Sum(sweep => Sharing.Held(sweep, WorkKind.Training));

    /// <param name="sweeps">All of the token.</param>
    /// <returns>Why none of them takes a slot any more, in words that stay the same while the quota does; null where they may.</returns>
    public static string? Reached(string token, TokenQuota quota, IEnumerable<SweepState> sweeps, DateTimeOffset now)
    {
        if (quota is { GpuHours: null, SlotHours: null })
            return null;
        var used = sweeps.Aggregate(default(Taken), (sum, sweep) => sum + sweep.SpentUntil(now).Total);
        return used.GpuSeconds / 3600 >= quota.GpuHours ? Used(quota.GpuHours.Value, "GPU-hours")
            : used.Slot.TotalHours >= quota.SlotHours ? Used(quota.SlotHours.Value, "slot-hours")
            : null;

        string Used(double hours, string what) => Invariant($"token {token} has used {hours} of {hours} {what}");
    }

    /// <param name="sweeps">All of the token.</param>
    /// <returns>Whoever trains in more slots than the token may have: of the lowest priority first, then of the sweep that has the most for
    /// its weight, the newest attempts first; none where so many are leaving already.</returns>
    public static ImmutableArray<(string Sweep, long Token)> Surplus(TokenQuota quota, IReadOnlyCollection<SweepState> sweeps)
    {
        var stay = sweeps.ToDictionary(sweep => sweep, Staying);
        var surplus = ImmutableArray.CreateBuilder<(string, long)>();
        for (var left = stay.Values.Sum(leases => leases.Count) - (quota.Slots ?? int.MaxValue); left > 0; left--)
        {
            var (gives, leases) = stay.Where(one => one.Value.Count > 0)
                .OrderBy(one => one.Key.Share.Priority)
                .ThenByDescending(one => one.Value.Count / one.Key.Share.Weight)
                .First();
            surplus.Add((gives.Spec.Name, leases.Pop().Token));
        }

        return surplus.ToImmutable();

        static Stack<Lease> Staying(SweepState sweep) =>
            new(
                sweep
                    .Leases.Values.Select(held => held.Lease)
                    .Where(lease => lease.Kind == WorkKind.Training && !sweep.Recalls(lease))
                    .OrderBy(lease => lease.Token)
            );
    }
}
