using System.Collections.Immutable;
using Orchestrator.Sweeps.Specs;

namespace Orchestrator.Sweeps.Search;

/// <summary>Configurations of a sweep before it begins.</summary>
public static class Configurations
{
    const int Points = 32;
    const double LastBelowOne = 1 - 1e-12;

    /// <returns>Their parameters: of a grid all; of a search those that the file names to be run first and its first draws, where TPE
    /// stands for a search at random.</returns>
    /// <param name="most">So many drawn ones.</param>
    public static IEnumerable<ImmutableSortedDictionary<string, string>> Of(SweepSpec spec, int most)
    {
        if (spec.Search.IsGrid)
            return GridSearch
                .Enumerate(spec)
                .Where((_, index) => index % spec.Space.Replicates == 0)
                .Select(trial => trial.Remove(SearchSpace.Replicate));
        return spec.Search.Enqueue.Concat(Drawn(AtRandom(spec), Math.Min(most, spec.Search.Trials!.Value - spec.Search.Enqueue.Length)));
    }

    /// <summary>The same sweep with a search that needs no results.</summary>
    public static SweepSpec AtRandom(SweepSpec spec) =>
        spec.Search.Algorithm == KnownNames.Tpe ? spec with { Search = spec.Search with { Algorithm = KnownNames.Random } } : spec;

    static IEnumerable<ImmutableSortedDictionary<string, string>> Drawn(SweepSpec spec, int most)
    {
        var (history, point) = (SearchHistory.Of(spec), 0);
        foreach (var (index, enqueued) in spec.Search.Enqueue.Index())
            history = history.Added(index + 1, enqueued);
        for (var count = 0; count < most; count++)
        {
            if (Searcher.Next(spec, history, point) is not { } drawn)
                yield break;
            (history, point) = (history.Added(history.Last + 1, drawn.Assignment), drawn.Point + 1);
            yield return drawn.Assignment;
        }
    }

    /// <returns>Those by which a sweep can be looked at: all trials of a grid; of a search those that run first, some draws, and the two
    /// ends of every parameter beside each of these.</returns>
    public static IEnumerable<ImmutableSortedDictionary<string, string>> Sample(SweepSpec spec) =>
        spec.Search.IsGrid ? GridSearch.Enumerate(spec) : spec.Search.Enqueue.Concat(Ends(spec).Where(spec.Allows()));

    static IEnumerable<ImmutableSortedDictionary<string, string>> Ends(SweepSpec spec)
    {
        var dimensions = SearchDimensions.Of(spec);
        for (var draw = 0; draw < Points; draw++)
        {
            var unit = new Draws(Seed.Derive(spec.Seed, "sample", draw)).Next(dimensions.Count);
            for (var dimension = 0; dimension < unit.Length; dimension++)
            {
                foreach (var end in new[] { LastBelowOne, 0 })
                {
                    double[] moved = [.. unit];
                    moved[dimension] = end;
                    yield return dimensions.Assignment(moved);
                }
            }

            yield return dimensions.Assignment(unit);
        }
    }
}
