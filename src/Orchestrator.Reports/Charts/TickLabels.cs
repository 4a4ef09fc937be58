using System.Collections.Immutable;
using System.Globalization;

namespace Orchestrator.Reports.Charts;

/// <summary>Writes the values along an axis with as many digits as it takes for no two of them to read the same.</summary>
static class TickLabels
{
    /// <summary>The value beyond which a power of ten is shorter.</summary>
    const double Large = 1e6;

    const double Small = 1e-3;

    const int MostDecimals = 6;

    /// <param name="ticks">All different.</param>
    public static ImmutableArray<string> For(IReadOnlyList<double> ticks)
    {
        var size = ticks.Select(Math.Abs).DefaultIfEmpty(0).Max();
        var step = Step(ticks);
        var decimals = Math.Max(0, -PowerOf(step));
        // A power of ten helps where all is large or all is small; between, it would only be longer.
        string[] forms = size < Large && (decimals <= MostDecimals || size >= Small) ? [$"F{decimals}"] : [];
        var digits = Math.Clamp(PowerOf(size) - PowerOf(step), 0, 16);
        foreach (var form in (string[])[.. forms, digits == 0 ? "0e0" : $"0.{new string('0', digits)}e0", "R"])
        {
            var labels = ticks.Select(tick => tick == 0 ? "0" : tick.ToString(form, CultureInfo.InvariantCulture)).ToImmutableArray();
            if (form == "R" || labels.Distinct().Count() == labels.Length)
                return labels;
        }

        return [];
    }

    /// <summary>The smallest difference of neighbours; of a single tick, a hundredth of it.</summary>
    static double Step(IReadOnlyList<double> ticks)
    {
        var steps = ticks.Order().Zip(ticks.Order().Skip(1), (a, b) => b - a).ToList();
        return steps.Count > 0 ? steps.Min() : Math.Abs(ticks.FirstOrDefault()) / 100;
    }

    /// <summary>The power of ten of a value; a step of 0.1 that was worked out as a little less is one of 0.1.</summary>
    static int PowerOf(double value) => value > 0 ? (int)Math.Floor(Math.Log10(value) + 1e-6) : 0;
}
