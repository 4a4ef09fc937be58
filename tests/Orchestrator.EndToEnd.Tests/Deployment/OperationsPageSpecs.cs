using System.Text.RegularExpressions;

namespace Orchestrator.EndToEnd.Tests.Deployment;

public sealed partial class OperationsPageSpecs
{
    static readonly string[] Alerts =
    [
        "stuck-sweep",
        "no-slots",
        "promotion-waits",
        "lease-expiries",
        "divergence-rate",
        "evaluator-backlog",
        "failover",
        "journal-slow",
        "disk-budget",
        "node-flapping",
    ];

    [Fact]
    public void There_is_a_section_for_every_alert() =>
        Assert.Equal(
            Alerts,
            OperationsPage
                .Lines.SkipWhile(line => line != "## What to do for each alert")
                .Where(line => line.StartsWith("### ", StringComparison.Ordinal))
                .Select(line => line[4..])
        );

    [Fact]
    public void Every_link_leads_somewhere()
    {
        var headings = OperationsPage
            .Lines.Where(line => line.StartsWith('#'))
            .Select(line => Anchor(line.TrimStart('#').Trim()))
            .ToHashSet();
        foreach (var target in OperationsPage.Lines.SelectMany(line => Link().Matches(line)).Select(match => match.Groups[1].Value))
        {
            if (target.StartsWith('#'))
                Assert.Contains(target[1..], headings);
            else
                Assert.True(File.Exists(Path.Combine(Checkout.Repository, "docs", target)), target);
        }
    }

    [Fact]
    public void What_other_files_point_to_is_there()
    {
        var headings = OperationsPage
            .Lines.Where(line => line.StartsWith('#'))
            .Select(line => Anchor(line.TrimStart('#').Trim()))
            .ToHashSet();
        string[] files = ["docker-compose.yml", "README.md", "cluster/kubernetes/base/kustomization.yaml"];
        foreach (var match in files.SelectMany(file => Reference().Matches(File.ReadAllText(Path.Combine(Checkout.Repository, file)))))
            Assert.Contains(match.Groups[1].Value, headings);
    }

    /// <summary>The files and folders of this repository which commands and sentences name.</summary>
    [Fact]
    public void Every_named_file_exists()
    {
        foreach (var match in OperationsPage.Lines.SelectMany(line => Named().Matches(line)))
        {
            var path = match.Value;
            if (path.StartsWith("cluster/certs", StringComparison.Ordinal) && path != "cluster/certs.sh")
                continue; // made by the script
            Assert.True(Path.Exists(Path.Combine(Checkout.Repository, path.TrimEnd('.', '/'))), path);
        }
    }

    static string Anchor(string heading) => heading.ToLowerInvariant().Replace(' ', '-');

    [GeneratedRegex(@"\]\(([^)]*)\)")]
    private static partial Regex Link();

    [GeneratedRegex(@"docs/operations\.md#([a-z-]+)")]
    private static partial Regex Reference();

    [GeneratedRegex(@"(?<![\w/.-])(cluster|sweeps|src|docs|monitoring)/[\w./@-]+")]
    private static partial Regex Named();
}
