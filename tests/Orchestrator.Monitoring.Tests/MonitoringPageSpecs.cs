using System.Text.RegularExpressions;
using Orchestrator.Dashboards;
using Orchestrator.Monitoring.Tests.Pictures;

namespace Orchestrator.Monitoring.Tests;

/// <summary><c>docs/monitoring.md</c> names what is there.</summary>
public sealed partial class MonitoringPageSpecs
{
    static readonly string Page = File.ReadAllText(Checkout.File("docs/monitoring.md"));

    [Fact]
    public void Every_link_and_every_named_file_leads_somewhere()
    {
        Assert.All(
            Link().Matches(Page).Select(match => match.Groups[1].Value),
            target => Assert.True(File.Exists(Checkout.File(Path.Combine("docs", target))), target)
        );
        Assert.All(
            Named().Matches(Page).Select(match => match.Groups[1].Value),
            path => Assert.True(Path.Exists(Checkout.File(path)), path)
        );
    }

    [Fact]
    public void Every_dashboard_has_a_section_with_its_picture()
    {
        foreach (var dashboard in Dashboard.All)
        {
            var section = Page.Split($"\n### {dashboard.Title["Orchestrator: ".Length..]}\n")[1].Split("\n### ")[0];
            Assert.Contains($"({DashboardPicture.File(dashboard)["docs/".Length..]})", section, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Every_alert_is_in_the_table_with_its_runbook()
    {
        var rules = File.ReadAllText(Checkout.File("monitoring/prometheus/rules/alerts.rules.yml"));
        foreach (
            var (alert, runbook) in Alert()
                .Matches(rules)
                .Select(match => match.Groups[1].Value)
                .Zip(Runbook().Matches(rules).Select(match => match.Groups[1].Value))
        )
            Assert.Matches($@"\n\| {alert} \| .* \| \[.*\]\(operations\.md#{runbook}\) \|\n", Page);
    }

    [GeneratedRegex(@"\]\((?!http)([^)#]+)")]
    private static partial Regex Link();

    [GeneratedRegex(@"`((?:monitoring|tools|tests|docs)/[\w./-]+)`")]
    private static partial Regex Named();

    [GeneratedRegex(@"- alert: (\w+)")]
    private static partial Regex Alert();

    [GeneratedRegex(@"runbook_url: docs/operations\.md#(\S+)")]
    private static partial Regex Runbook();
}
