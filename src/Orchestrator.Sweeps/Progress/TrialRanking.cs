using System.Collections.Immutable;
using Orchestrator.Sweeps.Domain;

namespace Orchestrator.Sweeps.Progress;

/// <summary>Trials of a sweep, best first. Decided on the validation split alone.</summary>
/// <remarks>
/// Figures of the test split are for saying how good the trial is that was chosen; to choose by them would make them too good.
/// A failed trial stands behind all others whatever it had reached: it left no final checkpoint. The live page ranks by the same rule
/// (<c>ranking.js</c>).
/// </remarks>
public static class TrialRanking
{
    /// <param name="trials">The trials of one sweep, in whatever form they are known.</param>
    public static ImmutableArray<Ranked<T>> Of<T>(IEnumerable<T> trials, Func<T, RankingKey> key) =>
        [
            .. trials
                .Select(trial => (Trial: trial, Key: key(trial)))
                .OrderBy(entry => entry.Key)
                .Select((entry, index) => new Ranked<T>(entry.Trial, entry.Key.IsRanked ? index + 1 : null)),
        ];

    /// <returns>Null before the first epoch.</returns>
    public static TrialState? Best(SweepState sweep) => sweep.Trials.Where(trial => RankingKey.Of(trial).IsRanked).MinBy(RankingKey.Of);
}

/// <param name="Rank">From 1; null for a trial that has no place.</param>
public sealed record Ranked<T>(T Trial, int? Rank);

/// <summary>What a trial is ranked by: the first in order is the best.</summary>
/// <param name="ValidationBitsPerDim">After the newest epoch; null where it is not known.</param>
/// <param name="Trial">Its id, which decides between equals.</param>
public readonly record struct RankingKey(TrialStatus Status, double? ValidationBitsPerDim, string Trial) : IComparable<RankingKey>
{
    public static RankingKey Of(TrialState trial) => new(trial.Status, trial.ValidationBitsPerDim, trial.Id);

    /// <summary>Whether the trial has a place; one without may not be called the best.</summary>
    public bool IsRanked => Status != TrialStatus.Failed && ValidationBitsPerDim is { } bits && double.IsFinite(bits);

    public int CompareTo(RankingKey other) =>
        Order.CompareTo(other.Order) is not 0 and var order ? order : string.CompareOrdinal(Trial, other.Trial);

    (bool, double) Order =>
        (Status == TrialStatus.Failed, ValidationBitsPerDim is { } bits && double.IsFinite(bits) ? bits : double.PositiveInfinity);
}
