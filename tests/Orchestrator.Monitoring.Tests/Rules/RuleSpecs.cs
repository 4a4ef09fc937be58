using System.Text.RegularExpressions;

namespace Orchestrator.Monitoring.Tests.Rules;

/// <summary>Prometheus' and Alertmanager's own tools read what we give them.</summary>
public sealed partial class RuleSpecs
{
    const string Folder = "monitoring/prometheus";

    static readonly string[] Alerts =
    [
        .. Alert().Matches(File.ReadAllText(Checkout.File($"{Folder}/rules/alerts.rules.yml"))).Select(match => match.Groups[1].Value),
    ];

    public static TheoryData<string> Tests =>
        [
            .. Directory
                .EnumerateFiles(Checkout.File($"{Folder}/tests"))
                .Select(path => Path.GetFileName(path))
                .Order(StringComparer.Ordinal),
        ];

    [Trait("Needs", "process")]
    [Fact]
    public async Task The_configuration_and_its_rules_are_valid()
    {
        Needs.Program("promtool", "prometheus");
        await using var run = Run.Start("promtool", Checkout.File(Folder), "check", "config", "prometheus.yml");
        await run.ExitsWith(0);
        Assert.DoesNotContain("WARNING", run.ToString(), StringComparison.Ordinal);
        Assert.Contains("2 rule files found", run.ToString(), StringComparison.Ordinal);
    }

    [Trait("Needs", "process")]
    [Theory]
    [MemberData(nameof(Tests))]
    public async Task The_tests_of_an_alert_pass(string file)
    {
        Needs.Program("promtool", "prometheus");
        await using var run = Run.Start("promtool", Checkout.File($"{Folder}/tests"), "test", "rules", file);
        await run.ExitsWith(0);
    }

    [Fact]
    public void Every_alert_is_tested_firing_and_not_firing()
    {
        Assert.Equal(10, Alerts.Length);
        foreach (var alert in Alerts)
        {
            var text = File.ReadAllText(Checkout.File($"{Folder}/tests/{Anchor(alert)}.test.yml"));
            Assert.Contains($"alertname: {alert}\n        exp_alerts:\n          - exp_labels", text, StringComparison.Ordinal);
            Assert.Contains($"alertname: {alert}\n        exp_alerts: []", text, StringComparison.Ordinal);
        }

        Assert.Equal(Alerts.Length, Tests.Count);
    }

    [Fact]
    public void Every_alert_has_a_severity_says_what_is_wrong_and_where_to_read_what_to_do()
    {
        var operations = File.ReadAllLines(Checkout.File("docs/operations.md"));
        var rules = File.ReadAllText(Checkout.File($"{Folder}/rules/alerts.rules.yml")).Split("- alert: ")[1..];
        Assert.Equal(Alerts, rules.Select(rule => rule[..rule.IndexOf('\n', StringComparison.Ordinal)]));
        foreach (var (alert, rule) in Alerts.Zip(rules))
        {
            Assert.Matches(@"\n          severity: (warning|critical)\n", rule);
            Assert.Matches(@"\n          summary: \S", rule);
            Assert.Matches(@"\n          description: \S", rule);
            Assert.Contains($"\n          runbook_url: docs/operations.md#{Anchor(alert)}\n", rule, StringComparison.Ordinal);
            Assert.Contains($"### {Anchor(alert)}", operations);
        }
    }

    [Trait("Needs", "process")]
    [Fact]
    public async Task The_alertmanager_takes_its_example()
    {
        Needs.Program("amtool", "prometheus-alertmanager");
        await using var run = Run.Start("amtool", Checkout.File("monitoring/alertmanager"), "check-config", "alertmanager.yml");
        await run.ExitsWith(0);
        Assert.All(
            Named()
                .Matches(File.ReadAllText(Checkout.File("monitoring/alertmanager/alertmanager.yml")))
                .Select(match => match.Groups[1].Value),
            name => Assert.Contains(name, Alerts)
        );
    }

    /// <summary>OrchestratorStuckSweep is stuck-sweep.</summary>
    static string Anchor(string alert) =>
        Word().Replace(alert["Orchestrator".Length..], match => (match.Index == 0 ? "" : "-") + match.Value.ToLowerInvariant());

    [GeneratedRegex(@"- alert: (\w+)")]
    private static partial Regex Alert();

    [GeneratedRegex("[A-Z]")]
    private static partial Regex Word();

    [GeneratedRegex("alertname = \"(\\w+)\"")]
    private static partial Regex Named();
}
