using System.Collections.Immutable;

namespace Orchestrator.Sweeps.Scheduling;

/// <summary>The configurations that arrived at one level, in the order of their values. Every question costs O(log entries).</summary>
/// <param name="Entries">All that arrived.</param>
/// <param name="Waiting">Those that may still be promoted.</param>
/// <remarks>ASHA: Li et al., A System for Massively Parallel Hyperparameter Tuning, MLSys 2020, arXiv 1810.05934.</remarks>
public sealed record Rung(ImmutableSortedSet<RungEntry> Entries, ImmutableSortedSet<RungEntry> Waiting)
{
    public static Rung Empty { get; } = new([], []);

    public int Promoted { get; init; }

    /// <param name="waits">It may be promoted; one that failed may not.</param>
    public Rung Add(RungEntry entry, bool waits) =>
        this with
        {
            Entries = Entries.Add(entry),
            Waiting = waits ? Waiting.Add(entry) : Waiting,
        };

    /// <returns>Null where the configuration has not arrived. Costs O(entries).</returns>
    public RungEntry? Find(int configuration) =>
        Entries.Where(entry => entry.Configuration == configuration).Select(entry => (RungEntry?)entry).FirstOrDefault();

    /// <summary>The rung as if the configuration had not arrived.</summary>
    public Rung Remove(int configuration) =>
        Find(configuration) is { } entry ? Leave(entry) with { Entries = Entries.Remove(entry) } : this;

    /// <summary>It will not be promoted.</summary>
    public Rung Leave(RungEntry entry) => this with { Waiting = Waiting.Remove(entry) };

    public Rung Promote(RungEntry entry) => Leave(entry) with { Promoted = Promoted + 1 };

    /// <summary>Whether a configuration that has just arrived goes on, where all go on until they are stopped: it is among the best
    /// ⌊n/reduction⌋ of the n that are there, itself among them, or the best.</summary>
    public bool GoesOn(RungEntry entry, int reduction, int minPopulation) =>
        Entries.Count < minPopulation || Entries.IndexOf(entry) < Math.Max(Entries.Count / reduction, 1);

    /// <summary>The configuration to promote, where all wait until they are promoted: the best one that waits, if it is among the best
    /// ⌊n/reduction⌋ of the n that are there.</summary>
    /// <remarks>Where values have errors: if the first one beyond those is as good as it within their errors, waits too, and has the
    /// better second value, that one is promoted instead.</remarks>
    public RungEntry? Promotable(int reduction, int minPopulation)
    {
        var quota = Entries.Count / reduction;
        if (Waiting.IsEmpty || Entries.Count < minPopulation || quota == 0)
            return null;
        var best = Waiting.Min;
        if (Entries.IndexOf(best) >= quota)
            return null;
        if (quota >= Entries.Count)
            return best;
        var next = Entries[quota];
        return best.IsAsGoodAs(next) && next.SecondValue < best.SecondValue && Waiting.Contains(next) ? next : best;
    }

    /// <summary>How many will be promoted once there are slots: those that wait among the best ⌊n/reduction⌋ of the n that are
    /// there.</summary>
    public int PromotableCount(int reduction, int minPopulation)
    {
        var quota = Entries.Count < minPopulation ? 0 : Entries.Count / reduction;
        return Waiting.TakeWhile(entry => Entries.IndexOf(entry) < quota).Count();
    }

    /// <summary>The value of another is worse than the median of the others here, of which there are enough.</summary>
    /// <param name="entry">Of the one asked about, which is among the entries.</param>
    /// <param name="value">What is compared with the median.</param>
    public bool IsBelowMedian(RungEntry entry, double value, int minOthers)
    {
        var others = Entries.Count - 1;
        if (others < minOthers)
            return false;
        var own = Entries.IndexOf(entry);
        return value > (Other((others - 1) / 2) + Other(others / 2)) / 2;

        double Other(int index) => Entries[index < own ? index : index + 1].Value;
    }
}
