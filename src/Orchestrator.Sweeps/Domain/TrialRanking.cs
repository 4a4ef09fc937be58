using System.Collections.Immutable;

namespace Orchestrator.Sweeps.Domain;

/// <summary>Trials of a sweep, best first. Decided on the validation split alone.</summary>
/// <remarks>
/// Figures of the test split are for saying how good the trial is that was chosen; to choose by them would make them too good.
/// A failed trial stands behind all others whatever it had reached: it left no final checkpoint. Behind those stands what is no longer in
/// the sweep file. Once a trial was trained to its end, those
/// that a scheduler gave up or lets wait stand behind all that were not: they were not trained to theirs. Until then whoever leads is the
/// best. The live page ranks by the same rule (<c>ranking.js</c>).
/// </remarks>
public static class TrialRanking
{
    /// <param name="trials">The trials of one sweep, in whatever form they are known.</param>
    public static ImmutableArray<Ranked<T>> Of<T>(IEnumerable<T> trials, Func<T, RankingKey> key)
    {
        var keyed = trials.Select(trial => (Trial: trial, Key: key(trial))).ToList();
        var isOneDone = keyed.Exists(entry => entry.Key.IsDone);
        return
        [
            .. keyed
                .OrderBy(entry => entry.Key.Order(isOneDone))
                .ThenBy(entry => entry.Key.Trial, StringComparer.Ordinal)
                .Select((entry, index) => new Ranked<T>(entry.Trial, entry.Key.IsRanked ? index + 1 : null)),
        ];
    }

    /// <returns>Null before the first epoch.</returns>
    public static TrialState? Best(SweepState sweep)
    {
        var ranked = sweep.Trials.Where(trial => RankingKey.Of(trial).IsRanked).ToList();
        var isOneDone = ranked.Exists(trial => RankingKey.Of(trial).IsDone);
        return ranked.MinBy(trial => RankingKey.Of(trial).Order(isOneDone));
    }
}

/// <param name="Rank">From 1; null for a trial that has no place.</param>
public sealed record Ranked<T>(T Trial, int? Rank);

/// <summary>What a trial is ranked by.</summary>
/// <param name="ValidationBitsPerDim">After the newest epoch; null where it is not known.</param>
/// <param name="Trial">Its id, which decides between equals.</param>
public readonly record struct RankingKey(TrialStatus Status, double? ValidationBitsPerDim, string Trial)
{
    /// <summary>It is no longer in the sweep file.</summary>
    public bool IsDropped { get; init; }

    public static RankingKey Of(TrialState trial) =>
        new(trial.Status, trial.ValidationBitsPerDim, trial.Id) { IsDropped = trial.IsDropped };

    /// <summary>Whether the trial has a place; one without may not be called the best.</summary>
    public bool IsRanked => !IsDropped && Status != TrialStatus.Failed && ValidationBitsPerDim is { } bits && double.IsFinite(bits);

    /// <summary>It was trained to its end, and has a place.</summary>
    internal bool IsDone => Status == TrialStatus.Completed && IsRanked;

    /// <returns>The first in order is the best.</returns>
    /// <param name="isOneDone">Some trial of the sweep was trained to its end.</param>
    internal (bool, bool, bool, double) Order(bool isOneDone) =>
        (
            IsDropped,
            Status == TrialStatus.Failed,
            isOneDone && Status is (TrialStatus.Paused or TrialStatus.Pruned),
            ValidationBitsPerDim is { } bits && double.IsFinite(bits) ? bits : double.PositiveInfinity
        );
}
