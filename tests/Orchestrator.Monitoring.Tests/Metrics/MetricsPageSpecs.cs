using System.Text.RegularExpressions;
using Orchestrator.Cluster.Metrics;
using Orchestrator.Dashboards;
using Orchestrator.Sweeps.Domain;

namespace Orchestrator.Monitoring.Tests.Metrics;

/// <summary><c>monitoring/METRICS.md</c> says what the code measures; <c>monitoring/make-dashboards.sh</c> writes its table.</summary>
public sealed partial class MetricsPageSpecs
{
    static readonly IReadOnlyList<MetricFamily> Families = new ClusterMetrics(Prometheus.Metrics.NewCustomRegistry()).Families;

    [Fact]
    public void The_table_is_that_of_the_code()
    {
        var text = File.ReadAllText(Checkout.File(MetricsTable.Page));
        Assert.Equal(MetricsTable.In(text), text);
    }

    [Fact]
    public void Names_follow_the_rules_of_prometheus()
    {
        foreach (var family in Families)
        {
            Assert.StartsWith("orchestrator_", family.Name, StringComparison.Ordinal);
            Assert.Equal(family.Type == "counter", family.Name.EndsWith("_total", StringComparison.Ordinal));
            Assert.Equal(family.Unit == "always 1", family.Name.EndsWith("_info", StringComparison.Ordinal));
            Assert.Equal(family.Unit.StartsWith("seconds", StringComparison.Ordinal), Seconds().IsMatch(family.Name));
            Assert.Equal(family.Unit == "bytes", Bytes().IsMatch(family.Name));
        }

        Assert.Distinct(Families.Select(family => family.Name));
    }

    /// <summary>A label of the page's second table for every label there is.</summary>
    [Fact]
    public void Every_label_is_explained()
    {
        var text = File.ReadAllText(Checkout.File(MetricsTable.Page));
        Assert.All(
            Families.SelectMany(family => family.Labels).Distinct(),
            label => Assert.Contains($"\n| `{label}` |", text, StringComparison.Ordinal)
        );
    }

    [Fact]
    public void Every_state_of_a_sweep_and_of_a_trial_is_named()
    {
        var states = File.ReadAllLines(Checkout.File(MetricsTable.Page))
            .Single(line => line.StartsWith("| `state` |", StringComparison.Ordinal));
        Assert.Equal(Enum.GetNames<SweepStatus>().Select(name => name.ToLowerInvariant()), States("Of sweeps: "));
        Assert.Equal(Enum.GetNames<TrialStatus>().Select(name => name.ToLowerInvariant()), States("Of trials: "));

        IEnumerable<string> States(string of) => Name().Matches(states.Split(of)[1].Split('.')[0]).Select(match => match.Groups[1].Value);
    }

    [GeneratedRegex("`(\\w+)`")]
    private static partial Regex Name();

    [GeneratedRegex("_seconds(_total)?$")]
    private static partial Regex Seconds();

    [GeneratedRegex("_bytes(_total)?$")]
    private static partial Regex Bytes();
}
