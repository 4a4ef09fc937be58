using System.Collections.Immutable;

namespace Orchestrator.Reports.Charts;

/// <summary>Keeps labels beside a chart from standing on each other.</summary>
static class LabelColumn
{
    /// <summary>Moves heights apart as little as a sweep down and one up can, so that neighbours keep the gap and none leaves the range as
    /// long as all fit.</summary>
    /// <returns>In the order of the argument.</returns>
    public static ImmutableArray<double> Spread(IReadOnlyList<double> heights, double gap, double top, double bottom)
    {
        var order = Enumerable.Range(0, heights.Count).OrderBy(index => heights[index]).ToArray();
        var placed = heights.ToArray();
        var free = top;
        foreach (var index in order)
        {
            placed[index] = Math.Max(placed[index], free);
            free = placed[index] + gap;
        }

        free = bottom;
        foreach (var index in order.Reverse())
        {
            placed[index] = Math.Min(placed[index], free);
            free = placed[index] - gap;
        }

        return [.. placed];
    }
}
