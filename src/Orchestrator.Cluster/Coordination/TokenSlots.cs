using System.Collections.Immutable;
using Orchestrator.Sweeps.Domain;
using Orchestrator.Sweeps.Specs;

namespace Orchestrator.Cluster.Coordination;

/// <summary>What the quotas of API tokens let their sweeps have.</summary>
/// <param name="read">The quotas as they are now, by the name of the token.</param>
sealed class TokenSlots(Func<ImmutableSortedDictionary<string, TokenQuota>> read)
{
    ImmutableSortedDictionary<string, TokenQuota> _quotas = read();

    /// <summary>Whether any token has one.</summary>
    public bool HaveQuotas => !_quotas.IsEmpty;

    public void LookAgain() => _quotas = read();

    /// <summary>Whether the sweep may be given a slot.</summary>
    /// <param name="all">Every sweep that there is.</param>
    /// <param name="offered">Slots for training that are on offer to sweeps of its token.</param>
    public bool Has(SweepState sweep, WorkKind kind, IReadOnlyCollection<SweepState> all, Func<string, int> offered, DateTimeOffset now)
    {
        if (QuotaOf(sweep) is not { } quota)
            return true;
        var token = sweep.SubmittedBy!;
        var sweeps = Quotas.SweepsOf(token, all).ToList();
        return Quotas.Reached(token, quota, sweeps, now) is null
            && (kind == WorkKind.Evaluation || quota.Slots is not { } slots || Quotas.Held(sweeps) + offered(token) < slots);
    }

    /// <summary>How many more slots sweeps of a token may train in; null where there is no bound.</summary>
    public int? Room(string token, IEnumerable<SweepState> all) =>
        _quotas.GetValueOrDefault(token)?.Slots - Quotas.Held(Quotas.SweepsOf(token, all));

    /// <summary>Why the sweep may take no slot, where that is another reason than it knows of.</summary>
    /// <param name="areAllKnown">Every sweep is among them: what is not known may have used what is left.</param>
    public NoteQuota? News(SweepState sweep, IEnumerable<SweepState> all, bool areAllKnown, DateTimeOffset now)
    {
        var because = QuotaOf(sweep) is { } quota
            ? Quotas.Reached(sweep.SubmittedBy!, quota, Quotas.SweepsOf(sweep.SubmittedBy!, all), now)
            : null;
        return because == sweep.HeldBack || (because is null && !areAllKnown) ? null : new NoteQuota(because);
    }

    /// <summary>Whoever trains beyond what its token may have.</summary>
    public IEnumerable<(string Sweep, long Token)> Surplus(IReadOnlyCollection<SweepState> all) =>
        from quota in _quotas
        where quota.Value.Slots is not null
        from surplus in Quotas.Surplus(quota.Value, [.. Quotas.SweepsOf(quota.Key, all)])
        select surplus;

    TokenQuota? QuotaOf(SweepState sweep) => sweep.SubmittedBy is { } token ? _quotas.GetValueOrDefault(token) : null;
}
