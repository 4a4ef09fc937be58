using System.Text;
using Orchestrator.Cluster.Metrics;

namespace Orchestrator.Dashboards;

/// <summary>The table of all metrics in <c>monitoring/METRICS.md</c>, made from the list that the nodes serve.</summary>
static class MetricsTable
{
    public const string Page = "monitoring/METRICS.md";

    const string Begin = "<!-- from the code: begin -->\n",
        End = "<!-- from the code: end -->";

    /// <returns>The text of the page with its table as it should be.</returns>
    public static string In(string page)
    {
        var (begin, end) = (page.IndexOf(Begin, StringComparison.Ordinal) + Begin.Length, page.IndexOf(End, StringComparison.Ordinal));
        return page[..begin] + Table() + page[end..];
    }

    static string Table()
    {
        var table = new StringBuilder("| metric | type | unit | labels | meaning |\n|---|---|---|---|---|\n");
        foreach (
            var family in new ClusterMetrics(Prometheus.Metrics.NewCustomRegistry()).Families.OrderBy(
                family => family.Name,
                StringComparer.Ordinal
            )
        )
            table.Append(
                $"| `{family.Name}` | {family.Type} | {family.Unit} | {string.Join(", ", family.Labels.Select(label => $"`{label}`"))} | "
                    + $"{family.Meaning} |\n"
            );
        return table.ToString();
    }
}
