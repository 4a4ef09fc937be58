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
        foreach (var target in OperationsPage.Lines.SelectMany(line => Link().Matches(line)).Select(match => match.Groups[1].Value))
        {
            var (file, anchor) = target.Split('#') is [var before, var after] ? (before, after) : (target, null);
            var path = Path.Combine(Checkout.Repository, "docs", file.Length > 0 ? file : "operations.md");
            Assert.True(File.Exists(path), target);
            if (anchor is not null)
                Assert.True(Headings(File.ReadLines(path)).Contains(anchor), target);
        }
    }

    [Fact]
    public void What_other_files_point_to_is_there()
    {
        var headings = Headings(OperationsPage.Lines);
        string[] files = ["docker-compose.yml", "docker-compose.https.yml", "README.md", "cluster/kubernetes/base/kustomization.yaml"];
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

    static HashSet<string> Headings(IEnumerable<string> lines) =>
        [.. lines.Where(line => line.StartsWith('#')).Select(line => Anchor(line.TrimStart('#').Trim()))];

    static string Anchor(string heading) =>
        new([.. heading.ToLowerInvariant().Replace(' ', '-').Where(letter => char.IsLetterOrDigit(letter) || letter is '-' or '_')]);

    [GeneratedRegex(@"\]\(([^)]*)\)")]
    private static partial Regex Link();

    [GeneratedRegex(@"docs/operations\.md#([a-z-]+)")]
    private static partial Regex Reference();

    [GeneratedRegex(@"(?<![\w/.-])(cluster|sweeps|src|docs|monitoring)/[\w./@-]+")]
    private static partial Regex Named();
}
