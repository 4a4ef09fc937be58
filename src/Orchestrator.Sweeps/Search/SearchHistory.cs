using System.Collections.Immutable;
using Orchestrator.Sweeps.Specs;

namespace Orchestrator.Sweeps.Search;

/// <summary>What a search has to know of the configurations that there are: immutable, and changed in O(log configurations) by what becomes
/// of one.</summary>
/// <remarks>
/// Besides a hash of each configuration it keeps no more than can decide: the best, the newest <see cref="Newest"/>, and those that run. It
/// depends on what became of each, not on the order in which that was told.
/// </remarks>
public sealed record SearchHistory
{
    /// <summary>How many configurations the good ones are at most.</summary>
    internal const int MostGood = 25;

    /// <summary>So many of the best are kept: those after the good ones take the place of some that go on and then fail.</summary>
    const int Best = 4 * MostGood;

    /// <summary>The bad ones are among this many newest configurations, which have the largest weights: so many that a sweep of usual size
    /// has them all, and few enough that a suggestion costs no more in a large one.</summary>
    internal const int Newest = 500;

    ImmutableSortedSet<Observation> best = ImmutableSortedSet.Create(Observation.ByRank);
    ImmutableSortedDictionary<int, Observation> newest = ImmutableSortedDictionary<int, Observation>.Empty;
    ImmutableSortedDictionary<int, Unfinished> running = ImmutableSortedDictionary<int, Unfinished>.Empty;

    /// <summary>Of each configuration, by its hash: whether it has a value.</summary>
    ImmutableDictionary<long, bool> seen = ImmutableDictionary<long, bool>.Empty;

    SearchHistory(SearchDimensions dimensions) => Dimensions = dimensions;

    public SearchDimensions Dimensions { get; }

    /// <summary>Number of the newest configuration.</summary>
    public int Last { get; private init; }

    /// <summary>Configurations with a value, those of other sweeps among them.</summary>
    public int Observed { get; private init; }

    /// <summary>All configurations of this sweep have been there.</summary>
    internal bool IsExhausted => seen.Count >= Dimensions.Configurations;

    /// <summary>Nothing was tried yet.</summary>
    public static SearchHistory Of(SweepSpec spec) => new(SearchDimensions.Of(spec));

    /// <summary>The history as it was when it was kept.</summary>
    public static SearchHistory Of(SweepSpec spec, SearchMemory memory)
    {
        var none = Of(spec);
        return none with
        {
            Last = memory.Last,
            Observed = memory.Observed,
            best = none.best.Union(memory.Best),
            newest = memory.Newest.ToImmutableSortedDictionary(one => one.Number, one => one),
            running = memory.Running,
            seen = memory.Seen.ToImmutableDictionary(hash => hash, hash => memory.Valued.BinarySearch(hash) >= 0),
        };
    }

    /// <summary>What is to be kept of it.</summary>
    public SearchMemory ToMemory() =>
        new(
            Last,
            Observed,
            [.. best],
            [.. newest.Values],
            running,
            [.. seen.Keys.Order()],
            [.. seen.Where(one => one.Value).Select(one => one.Key).Order()]
        );

    /// <summary>The history before a sweep begins: what other sweeps have found.</summary>
    /// <param name="observations">The oldest first.</param>
    public SearchHistory WithPrior(IReadOnlyList<PriorObservation> observations) =>
        observations
            .Index()
            .Aggregate(
                this,
                (history, one) =>
                    history.With(
                        new Observation(
                            one.Index + 1 - observations.Count,
                            Dimensions.CoordinatesOf(one.Item.Settings),
                            one.Item.Value,
                            int.MaxValue
                        )
                    )
            );

    /// <summary>A configuration is there and has no value: it is new, or what it had no longer counts, since it goes on or is tried
    /// again.</summary>
    /// <param name="configuration">Its number, from 1.</param>
    /// <param name="assignment">Its parameters, with or without a replicate.</param>
    public SearchHistory Added(int configuration, ImmutableSortedDictionary<string, string> assignment)
    {
        var (last, hash) = (Math.Max(Last, configuration), Hash(assignment));
        return this with
        {
            Last = last,
            Observed = Observed - (seen.GetValueOrDefault(hash) ? 1 : 0),
            running = running.SetItem(configuration, new Unfinished(Dimensions.Coordinates(assignment), hash)),
            best = best.FirstOrDefault(one => one.Number == configuration) is { } earlier ? best.Remove(earlier) : best,
            newest = NewerThan(last - Newest, newest.Remove(configuration)),
            seen = seen.SetItem(hash, false),
        };
    }

    /// <summary>A configuration is there that is none of the space.</summary>
    internal SearchHistory Passed(int configuration) => this with { Last = Math.Max(Last, configuration) };

    /// <summary>A configuration has its value.</summary>
    /// <param name="configuration">One that was <see cref="Added"/>.</param>
    /// <param name="value">Lower is better; not finite where it failed or diverged.</param>
    /// <param name="pruned">The epoch at which it was given up; null where it was completed.</param>
    public SearchHistory Ended(int configuration, double value, int? pruned = null) =>
        running.TryGetValue(configuration, out var one)
            ? (this with { running = running.Remove(configuration), seen = seen.SetItem(one.Hash, double.IsFinite(value)) }).With(
                new Observation(configuration, one.Unit, double.IsFinite(value) ? value : double.PositiveInfinity, pruned ?? int.MaxValue)
            )
            : throw new ArgumentException($"configuration {configuration} was not added, or has ended", nameof(configuration));

    /// <summary>A configuration will have no value: it was stopped.</summary>
    public SearchHistory Removed(int configuration) => this with { running = running.Remove(configuration) };

    /// <returns>True where the configuration has been there.</returns>
    internal bool Contains(ImmutableSortedDictionary<string, string> assignment) => seen.ContainsKey(Hash(assignment));

    /// <summary>Points of the good configurations, a tenth of those with a value, and of the bad ones, to which also those count that run;
    /// each in the order of their numbers.</summary>
    internal (IReadOnlyList<double?[]> Good, IReadOnlyList<double?[]> Bad) Split()
    {
        var good = best.Take(Math.Min((Observed + 9) / 10, MostGood)).OrderBy(one => one.Number).ToList();
        var numbers = good.Select(one => one.Number).ToHashSet();
        var bad = newest
            .Values.Where(one => !numbers.Contains(one.Number))
            .Select(one => KeyValuePair.Create(one.Number, one.Unit))
            .Concat(running.Select(one => KeyValuePair.Create(one.Key, one.Value.Unit)))
            .OrderBy(one => one.Key);
        return ([.. good.Select(one => one.Unit)], [.. bad.Select(one => one.Value)]);
    }

    SearchHistory With(Observation observation)
    {
        var isGood = double.IsFinite(observation.Value);
        var ranked = isGood ? best.Add(observation) : best;
        return this with
        {
            Observed = Observed + (isGood ? 1 : 0),
            best = ranked.Count > Best ? ranked.Remove(ranked.Max!) : ranked,
            newest = NewerThan(Last - Newest, newest.SetItem(observation.Number, observation)),
        };
    }

    static ImmutableSortedDictionary<int, Observation> NewerThan(int number, ImmutableSortedDictionary<int, Observation> observations)
    {
        while (!observations.IsEmpty && observations.First().Key <= number)
            observations = observations.Remove(observations.First().Key);
        return observations;
    }

    static long Hash(ImmutableSortedDictionary<string, string> assignment) =>
        Seed.Derive(
            0,
            string.Join('\n', from field in assignment where field.Key != SearchSpace.Replicate select $"{field.Key}={field.Value}")
        );
}
