using System.Collections.Immutable;
using Orchestrator.Sweeps.Domain;
using Orchestrator.Sweeps.Specs;

namespace Orchestrator.Sweeps.Progress;

/// <summary>Tells what something will cost for a trial from what it cost for others: a typical cost times a factor for each of the trial's
/// parameters.</summary>
/// <remarks>
/// Trials of a sweep are of unequal size where a size is swept. Factors are found by median polish (Tukey, Exploratory Data Analysis, 1977)
/// of the logarithms, which single odd measurements do not move. A value that no measured trial has counts as that of the newest one, and
/// the newest few say how much more or less everything costs by now.
/// Costs O(trials log trials) for each parameter.
/// </remarks>
sealed class CostByParameters
{
    const int MostPasses = 10;
    const double Settled = 0.01;
    const int Newest = 5;

    readonly ImmutableSortedDictionary<string, ValueRange> ranges;
    readonly double level;
    readonly Dictionary<(string Path, string Value), double> factors = [];
    readonly Dictionary<string, double> newestFactors;

    /// <param name="measured">In the order in which trials are granted.</param>
    CostByParameters(SearchSpace space, List<(TrialState Trial, double LogSeconds)> measured)
    {
        ranges = space.RangesByPath();
        var typical = Median.Of(measured.Select(one => one.LogSeconds));
        var rest = measured.Select(one => one.LogSeconds - typical).ToArray();
        Polish(measured, rest);
        level = typical + Median.Of(rest.TakeLast(Newest));
        newestFactors = Values(measured[^1].Trial).ToDictionary(value => value.Path, value => factors[value]);
    }

    /// <param name="measured">Every trial with what it cost in seconds, or null where that is not known.</param>
    /// <returns>Null where nothing was measured.</returns>
    public static CostByParameters? Fit(SearchSpace space, IEnumerable<(TrialState Trial, double? Seconds)> measured)
    {
        var known = measured.Where(one => one.Seconds is not null).Select(one => (one.Trial, Math.Log(one.Seconds!.Value))).ToList();
        return known.Count == 0 ? null : new CostByParameters(space, known);
    }

    /// <summary>Of a trial of which nothing is known, in seconds.</summary>
    public double Typical => Math.Exp(level);

    /// <returns>Seconds.</returns>
    public double Of(TrialState trial) =>
        Math.Exp(
            level
                + Values(trial)
                    .Sum(value => factors.TryGetValue(value, out var factor) ? factor : newestFactors.GetValueOrDefault(value.Path))
        );

    /// <summary>Takes out of what is left, by turns for each parameter, the median of the trials that share a value.</summary>
    void Polish(List<(TrialState Trial, double LogSeconds)> measured, double[] rest)
    {
        var groups = measured
            .SelectMany((one, index) => Values(one.Trial).Select(value => (Key: value, index)))
            .GroupBy(member => member.Key, member => member.index)
            .OrderBy(group => group.Key.Path, StringComparer.Ordinal)
            .ToList();
        for (var (pass, moved) = (0, double.PositiveInfinity); pass < MostPasses && moved > Settled; pass++)
        {
            moved = 0;
            foreach (var group in groups)
            {
                var step = Median.Of(group.Select(index => rest[index]));
                foreach (var index in group)
                    rest[index] -= step;
                factors[group.Key] = factors.GetValueOrDefault(group.Key) + step;
                moved = Math.Max(moved, Math.Abs(step));
            }
        }
    }

    // Replicates differ in their seed alone, and a value drawn from a range tells nothing of others.
    IEnumerable<(string Path, string Value)> Values(TrialState trial) =>
        from parameter in trial.Parameters
        where parameter.Key != SearchSpace.Replicate && !ranges.ContainsKey(parameter.Key)
        select (parameter.Key, parameter.Value);
}

static class Median
{
    /// <returns>The mean of the two in the middle where their number is even; 0 where there are none.</returns>
    public static double Of(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        return sorted.Length == 0 ? 0 : (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }
}
