using System.Text;
using Orchestrator.Cluster.Metrics;

namespace Orchestrator.Cluster.Tests.Metrics;

/// <summary>What Prometheus would be given.</summary>
static class Exported
{
    public static async Task<string> Text(ClusterMetrics metrics)
    {
        using var stream = new MemoryStream();
        await metrics.Registry.CollectAndExportAsTextAsync(stream, TestContext.Current.CancellationToken);
        return Encoding.UTF8.GetString(stream.ToArray());
    }

    public static string[] Series(string text) =>
        [.. text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(line => !line.StartsWith('#'))];

    /// <summary>The value of one series, written as Prometheus writes it; null where it is not there.</summary>
    public static async Task<double?> Value(ClusterMetrics metrics, string series) =>
        Series(await Text(metrics)).FirstOrDefault(line => line.StartsWith(series + " ", StringComparison.Ordinal)) is { } line
            ? double.Parse(line[(series.Length + 1)..], System.Globalization.CultureInfo.InvariantCulture)
            : null;
}
