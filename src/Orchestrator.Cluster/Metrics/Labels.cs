using System.Globalization;
using System.Text.Json;
using Prometheus;

namespace Orchestrator.Cluster.Metrics;

/// <summary>How names and numbers are written in labels.</summary>
static class Labels
{
    public static string Of<T>(T value)
        where T : struct, Enum => Of(value.ToString());

    public static string Of(string name) => JsonNamingPolicy.SnakeCaseLower.ConvertName(name);

    public static string Of(int number) => number.ToString(CultureInfo.InvariantCulture);

    public static IEnumerable<string> All<T>()
        where T : struct, Enum => Enum.GetValues<T>().Select(value => Of(value));

    /// <summary>Shows the series from the start: what has not happened yet has happened 0 times, and a rate needs to see the step from
    /// 0.</summary>
    public static Counter FromZero(this Counter counter, params IEnumerable<string[]> labels)
    {
        foreach (var values in labels)
            counter.WithLabels(values);
        return counter;
    }

    /// <summary>Takes away every series of a gauge or counter whose labels fit.</summary>
    public static void RemoveWhere<T>(this Collector<T> metric, Func<string[], bool> fits)
        where T : ChildBase
    {
        foreach (var labels in metric.GetAllLabelValues().Where(fits).ToList())
            metric.RemoveLabelled(labels);
    }
}
