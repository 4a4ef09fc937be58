using System.Collections.Immutable;
using Orchestrator.Sweeps.Specs;

namespace Orchestrator.Sweeps.Search;

/// <summary>A configuration that a search gives.</summary>
/// <param name="Point">Which draw it was, from 0.</param>
/// <param name="Assignment">Its parameters, without a replicate.</param>
public sealed record Suggestion(int Point, ImmutableSortedDictionary<string, string> Assignment);

/// <summary>Draws the next configuration of a sweep: a pure function of the spec, the history and the number of the draw.</summary>
public static class Searcher
{
    /// <summary>So many draws in a row that gave nothing new end a search.</summary>
    public const int MostDraws = 10_000;

    /// <summary>So many draws in a row of an estimator; after that, random ones, since the estimator draws near what there was.</summary>
    const int MostDrawsOfAnEstimator = 20;

    /// <returns>The first draw of a sweep that its conditions allow; null where there is none.</returns>
    public static Suggestion? First(SweepSpec spec) => Next(spec, SearchHistory.Of(spec), 0);

    /// <param name="firstPoint">The number of the first draw that is not used yet: one above the last one's point.</param>
    /// <returns>The first draw from there on that is allowed and new; null where every configuration has been there, or
    /// <see cref="MostDraws"/> draws gave none.</returns>
    /// <exception cref="ArgumentException">The sweep is a grid, which is not drawn.</exception>
    public static Suggestion? Next(SweepSpec spec, SearchHistory history, int firstPoint)
    {
        if (history.IsExhausted)
            return null;
        var (draw, isAllowed) = (DrawOf(spec, history), spec.Allows());
        return Enumerable
            .Range(0, MostDraws)
            .Select(tried => new Suggestion(firstPoint + tried, history.Dimensions.Assignment(draw(firstPoint + tried, tried))))
            .FirstOrDefault(suggestion => isAllowed(suggestion.Assignment) && !history.Contains(suggestion.Assignment));
    }

    /// <returns>The coordinates of a draw, by its number and how many were tried before it.</returns>
    static Func<int, int, double[]> DrawOf(SweepSpec spec, SearchHistory history)
    {
        var (count, search) = (history.Dimensions.Count, spec.Search);
        if (search.Algorithm != KnownNames.Tpe)
            return (point, _) => Independent(search.Algorithm, point);
        if (history.Observed < search.StartTrials)
            return (point, _) => Independent(search.Start, point);
        var tpe = new Tpe(history, search.Preset == SearchSpec.Multivariate);
        return (point, tried) =>
            tried < MostDrawsOfAnEstimator
                ? tpe.Point(new Draws(Seed.Derive(spec.Seed, "tpe", point)))
                : Independent(KnownNames.Random, point);

        double[] Independent(string algorithm, int point) =>
            algorithm switch
            {
                KnownNames.Random => new Draws(Seed.Derive(spec.Seed, "random", point)).Next(count),
                KnownNames.Sobol => SobolSequence.Point(spec.Seed, point, count),
                _ => throw new ArgumentException($"search.algorithm {algorithm} is not drawn", nameof(spec)),
            };
    }
}
