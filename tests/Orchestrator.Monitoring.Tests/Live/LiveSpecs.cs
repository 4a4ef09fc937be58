using System.Text.RegularExpressions;
using Orchestrator.Dashboards;
using Orchestrator.Monitoring.Tests.Pictures;

namespace Orchestrator.Monitoring.Tests.Live;

/// <summary>A real Prometheus watches real nodes while a sweep runs and a worker is killed.</summary>
[Trait("Needs", "process")]
public sealed partial class ViewSpecs
{
    static readonly TimeSpan Patience = TimeSpan.FromMinutes(4);

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_panel_and_every_rule_gets_data_from_a_sweep_that_loses_a_worker()
    {
        Needs.Program("prometheus", "prometheus");
        await using var cluster = new LiveCluster();
        await cluster.Start();
        await using var prometheus = await PrometheusServer.Start(cluster.Folder, cluster.Coordinator);
        var from = TimeProvider.System.GetUtcNow();
        await cluster.Submit();
        await Until(
            prometheus,
            cluster,
            $"sum(orchestrator_slot_trial_info{{node=\"{cluster.Victim}\"}}) > 0 and sum(orchestrator_sweep_epochs_done) > 10"
        );
        cluster.KillVictim();

        var waiting = Queries().ToHashSet();
        await Eventually.TrueAsync(
            async () =>
            {
                foreach (var query in waiting.ToList())
                    if (HasData(await prometheus.Range(query, from, TimeProvider.System.GetUtcNow())))
                        waiting.Remove(query);
                return waiting.Count == 0;
            },
            Patience,
            () => $"no data for:\n{string.Join('\n', waiting)}\n{cluster}"
        );

        // The worker that was killed is a lost attempt, a removed member, and nothing else any more.
        await Until(prometheus, cluster, "max(orchestrator_cluster_member_events_total{event=\"removed\"}) > 0");
        await Until(prometheus, cluster, "sum(orchestrator_attempts_total{outcome=\"node_lost\"}) > 0");
        Assert.Empty(await prometheus.Now($"{{__name__=~\"orchestrator_.*\", node=\"{cluster.Victim}\"}}"));

        // Without a GPU they are only understood.
        foreach (
            var query in Dashboard
                .All.SelectMany(dashboard => dashboard.Panels)
                .Where(panel => panel.Requires != Requirement.Nothing)
                .SelectMany(panel => panel.Queries)
        )
            Assert.Empty(await prometheus.Now(Concrete(query.Expression)));

        var rules = await prometheus.Rules();
        Assert.Equal((9, 10), (rules.Count(rule => rule.Type == "recording"), rules.Count(rule => rule.Type == "alerting")));
        Assert.All(rules, rule => Assert.Equal("ok", rule.Health));

        await Draw(prometheus, from);
    }

    /// <summary>What must return something: every panel's queries, every recorded series, every series an alert looks at, the list behind
    /// every variable, and the deploys.</summary>
    static IEnumerable<string> Queries()
    {
        var rules = File.ReadAllText(Checkout.File("monitoring/prometheus/rules/recording.rules.yml"));
        var alerts = File.ReadAllText(Checkout.File("monitoring/prometheus/rules/alerts.rules.yml"));
        return
        [
            .. Dashboard
                .All.SelectMany(dashboard => dashboard.Panels)
                .Where(panel => panel.Requires == Requirement.Nothing)
                .SelectMany(panel => panel.Queries)
                .Select(query => Concrete(query.Expression)),
            .. Recorded().Matches(rules).Select(match => match.Groups[1].Value),
            .. Selector()
                .Matches(string.Join('\n', alerts.Split('\n').Where(line => line.Contains("expr:", StringComparison.Ordinal))))
                .Select(match => match.Value),
            .. new[] { Variable.Sweep, Variable.Node, Variable.Role }.Select(name =>
                Variable.Query(name)["label_values(".Length..^$", {name})".Length]
            ),
            Annotation.All.Single(annotation => annotation.Name == "Deploys").Expression,
        ];
    }

    static async Task Draw(PrometheusServer prometheus, DateTimeOffset from)
    {
        var to = TimeProvider.System.GetUtcNow();
        foreach (var dashboard in Dashboard.All)
        {
            var data = new Dictionary<Query, IReadOnlyList<Series>>();
            foreach (var query in dashboard.Panels.SelectMany(panel => panel.Queries).Distinct())
                data[query] = await prometheus.Range(Concrete(query.Expression), from, to);
            var picture = DashboardPicture.Draw(dashboard, data, from, to);
            // Its numbers are another run's each time: it is kept as it was drawn last.
            if (Environment.GetEnvironmentVariable("UPDATE_MONITORING") == "1")
                await File.WriteAllTextAsync(Checkout.File(DashboardPicture.File(dashboard)), picture, Cancel);
        }
    }

    static Task Until(PrometheusServer prometheus, LiveCluster cluster, string condition) =>
        Eventually.TrueAsync(async () => (await prometheus.Now(condition)).Count > 0, Patience, () => $"never: {condition}\n{cluster}");

    static bool HasData(IReadOnlyList<Series> answer) => answer.Any(series => series.Points.Any(point => double.IsFinite(point.Value)));

    /// <summary>As Grafana asks it, with everything chosen, at a scrape interval of 1 s.</summary>
    static string Concrete(string expression) => Variables().Replace(expression, match => match.Value == "$__rate_interval" ? "5s" : ".*");

    [GeneratedRegex(@"\$\w+")]
    private static partial Regex Variables();

    [GeneratedRegex(@"record: (\S+)")]
    private static partial Regex Recorded();

    [GeneratedRegex(@"(?<![\w:])(?:[a-z]+:)?orchestrator_\w+(?::\w+)?(?:\{[^}]*\})?")]
    private static partial Regex Selector();
}
