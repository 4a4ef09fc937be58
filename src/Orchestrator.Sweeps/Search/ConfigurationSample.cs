using System.Collections.Immutable;
using Orchestrator.Sweeps.Specs;

namespace Orchestrator.Sweeps.Search;

/// <summary>Configurations by which a sweep can be looked at before it begins: all of a grid, and of a space that is drawn from those that
/// the file names, some draws, and the two ends of every parameter beside each of these.</summary>
public static class ConfigurationSample
{
    const int Points = 32;
    const double LastBelowOne = 1 - 1e-12;

    public static IEnumerable<ImmutableSortedDictionary<string, string>> Of(SweepSpec spec) =>
        spec.Search.IsGrid ? GridSearch.Enumerate(spec) : spec.Search.Enqueue.Concat(Drawn(spec).Where(spec.Allows()));

    static IEnumerable<ImmutableSortedDictionary<string, string>> Drawn(SweepSpec spec)
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
