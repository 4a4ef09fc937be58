using System.Text.Json;
using System.Text.RegularExpressions;
using Orchestrator.Cluster.Metrics;
using Orchestrator.Dashboards;

namespace Orchestrator.Monitoring.Tests.Dashboards;

/// <summary>The dashboards that ship; <c>monitoring/make-dashboards.sh</c> writes their files.</summary>
public sealed partial class DashboardSpecs
{
    /// <summary>Those that the documentation, bookmarks and links name: they stay.</summary>
    static readonly string[] Uids =
    [
        "orchestrator-sweep",
        "orchestrator-cluster",
        "orchestrator-nodes",
        "orchestrator-evaluation",
        "orchestrator-reliability",
    ];

    static readonly string[] Units = ["s", "bytes", "Bps", "percentunit", "short", "none", "ops", "celsius", "watt", "hertz"];

    public static TheoryData<string> Names => [.. Uids];

    [Fact]
    public void Uids_are_stable_and_titles_unique()
    {
        Assert.Equal(Uids, Dashboard.All.Select(dashboard => dashboard.Uid));
        Assert.Distinct(Dashboard.All.Select(dashboard => dashboard.Title));
        Assert.Equal(
            Dashboard.All.Select(dashboard => Path.GetFileName(dashboard.File)).Order(StringComparer.Ordinal),
            Directory.EnumerateFiles(Checkout.File("monitoring/grafana/dashboards")).Select(Path.GetFileName).Order(StringComparer.Ordinal)
        );
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void The_file_is_up_to_date(string uid) => Assert.Equal(GrafanaJson.Of(Of(uid)), File.ReadAllText(Checkout.File(Of(uid).File)));

    [Theory]
    [MemberData(nameof(Names))]
    public void The_file_follows_grafanas_model(string uid)
    {
        var json = Read(uid);
        Assert.Empty(GrafanaModel.Faults(json));
        Assert.Equal(uid, json.GetProperty("uid").GetString());
        var panels = json.GetProperty("panels").EnumerateArray().ToList();
        Assert.Distinct(panels.Select(panel => panel.GetProperty("id").GetInt32()));
        var places = panels
            .Select(panel => panel.GetProperty("gridPos"))
            .Select(grid =>
                (
                    X: grid.GetProperty("x").GetInt32(),
                    Y: grid.GetProperty("y").GetInt32(),
                    W: grid.GetProperty("w").GetInt32(),
                    H: grid.GetProperty("h").GetInt32()
                )
            )
            .ToList();
        Assert.All(places, place => Assert.InRange(place.X + place.W, 1, 24));
        // No panel covers a cell of another.
        Assert.Distinct(
            places.SelectMany(place =>
                Enumerable.Range(place.X, place.W).SelectMany(_ => Enumerable.Range(place.Y, place.H), (x, y) => (x, y))
            )
        );
    }

    /// <summary>The check itself can fail.</summary>
    [Theory]
    [InlineData("\"uid\": \"orchestrator-sweep\"", "\"uid\": 7", "dashboard.uid: Number, not String")]
    [InlineData("\"schemaVersion\"", "\"schema\"", "dashboard.schemaVersion: missing")]
    [InlineData("\"type\": \"stat\"", "\"type\": \"pie\"", "panels[1].options.a known panel type: missing")]
    [InlineData("\"expr\": \"sum by (sweep)", "\"query\": \"sum by (sweep)", "panels[1].targets[0].expr: missing")]
    [InlineData("\"id\": null", "\"id\": 3", "dashboard.id: a provisioned dashboard has none")]
    public void A_broken_model_is_seen(string what, string by, string fault)
    {
        var text = GrafanaJson.Of(Of(Uids[0]));
        var at = text.IndexOf(what, StringComparison.Ordinal);
        Assert.Contains(fault, GrafanaModel.Faults(JsonDocument.Parse(text[..at] + by + text[(at + what.Length)..]).RootElement));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_panel_says_what_it_shows_in_which_unit_and_names_its_series(string uid)
    {
        Assert.All(
            Of(uid).Panels,
            panel =>
            {
                Assert.EndsWith(".", panel.Description, StringComparison.Ordinal);
                Assert.Contains(panel.Unit, Units);
                Assert.NotEmpty(panel.Queries);
                Assert.All(panel.Queries, query => Assert.Equal(panel.Kind == PanelKind.Table, query.Legend.Length == 0));
                Assert.Distinct(panel.Queries.Select(query => query.Legend));
            }
        );
        Assert.Distinct(Of(uid).Panels.Select(panel => panel.Title));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Queries_use_metrics_rules_and_variables_that_exist(string uid)
    {
        var metrics = new ClusterMetrics(Prometheus.Metrics.NewCustomRegistry())
            .Families.SelectMany(family =>
                family.Type == "histogram" ? new[] { $"{family.Name}_bucket", $"{family.Name}_sum", $"{family.Name}_count" } : [family.Name]
            )
            .ToHashSet();
        var records = Recorded()
            .Matches(File.ReadAllText(Checkout.File("monitoring/prometheus/rules/recording.rules.yml")))
            .Select(match => match.Groups[1].Value)
            .ToHashSet();
        foreach (
            var expression in Of(uid)
                .Panels.SelectMany(panel => panel.Queries)
                .Select(query => query.Expression)
                .Concat(Annotation.All.Select(annotation => annotation.Expression))
        )
        {
            Assert.All(
                Metric().Matches(expression).Select(match => match.Value),
                name => Assert.Contains(name, name.Contains(':', StringComparison.Ordinal) ? records : metrics)
            );
            Assert.All(
                Used().Matches(expression).Select(match => match.Groups[1].Value),
                name => Assert.Contains(name, (IEnumerable<string>)[.. Of(uid).Variables, "__rate_interval"])
            );
        }

        Assert.All(
            Of(uid).Variables,
            name =>
                Assert.Contains(
                    Of(uid).Panels.SelectMany(panel => panel.Queries),
                    query => query.Expression.Contains($"${name}", StringComparison.Ordinal)
                )
        );
    }

    [Fact]
    public void Failovers_and_deploys_are_marked_everywhere() =>
        Assert.All(
            Uids,
            uid =>
                Assert.Subset(
                    Read(uid)
                        .GetProperty("annotations")
                        .GetProperty("list")
                        .EnumerateArray()
                        .Select(annotation => annotation.GetProperty("name").GetString())
                        .ToHashSet(),
                    new HashSet<string?> { "Failovers", "Deploys" }
                )
        );

    [Fact]
    public void Series_of_trials_lead_to_the_live_page()
    {
        var urls = Uids.SelectMany(uid => Read(uid).GetProperty("panels").EnumerateArray())
            .Where(panel => panel.TryGetProperty("fieldConfig", out _))
            .SelectMany(panel => panel.GetProperty("fieldConfig").GetProperty("defaults").GetProperty("links").EnumerateArray())
            .Select(link => link.GetProperty("url").GetString()!)
            .ToHashSet();
        Assert.Equal(
            [
                "${page:raw}/#/sweeps/${__data.fields.sweep}/trials/${__data.fields.trial}",
                "${page:raw}/#/sweeps/${__field.labels.sweep}/trials/${__field.labels.trial}",
            ],
            urls.Order(StringComparer.Ordinal)
        );
        // What a link names is a label of every series it stands on.
        Assert.All(
            Dashboard.All.SelectMany(dashboard => dashboard.Panels).Where(panel => panel.LeadsToTrial),
            panel => Assert.Contains("orchestrator_slot_trial_info", panel.Queries.Single().Expression, StringComparison.Ordinal)
        );
    }

    static Dashboard Of(string uid) => Dashboard.All.Single(dashboard => dashboard.Uid == uid);

    static JsonElement Read(string uid) => JsonDocument.Parse(File.ReadAllText(Checkout.File(Of(uid).File))).RootElement;

    [GeneratedRegex(@"(?<![\w:""])(?:[a-z]+:)?orchestrator_\w+(?::\w+)?")]
    private static partial Regex Metric();

    [GeneratedRegex(@"\$\{?(\w+)")]
    private static partial Regex Used();

    [GeneratedRegex(@"record: (\S+)")]
    private static partial Regex Recorded();
}
