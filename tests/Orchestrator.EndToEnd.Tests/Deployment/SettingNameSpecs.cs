using System.Text.RegularExpressions;
using Orchestrator.Cluster.Settings;

namespace Orchestrator.EndToEnd.Tests.Deployment;

/// <summary>What is named as a setting anywhere is one.</summary>
public sealed partial class SettingNameSpecs
{
    static readonly string[] Folders = ["cluster", "docs", "monitoring"];

    static readonly string[] Files =
    [
        .. Folders
            .SelectMany(folder => Directory.EnumerateFiles(Path.Combine(Checkout.Repository, folder), "*", SearchOption.AllDirectories))
            // Keys that somebody made here belong to their containers.
            .Where(file => !file.Contains("/cluster/certs/", StringComparison.Ordinal)),
        Path.Combine(Checkout.Repository, "docker-compose.yml"),
        Path.Combine(Checkout.Repository, "README.md"),
    ];

    [Fact]
    public void Every_variable_named_in_a_deployment_or_a_document_is_a_setting()
    {
        var known = NodeSettingTable.All.Select(setting => setting.Variable).ToHashSet();
        var named = Files
            .SelectMany(file => Variable().Matches(File.ReadAllText(file)).Select(match => (File: file, Name: match.Value)))
            .ToList();
        Assert.Contains(named, found => found.Name == NodeSettingTable.Seed.Variable);
        Assert.All(named, found => Assert.True(known.Contains(found.Name), $"{found.File}: {found.Name}"));
    }

    [Theory]
    [InlineData("coordinator")]
    [InlineData("worker")]
    [InlineData("evaluator")]
    public async Task The_settings_file_of_each_role_is_accepted(string role)
    {
        using var certificates = await Certificates.Make("node");
        Dictionary<string, string> environment = new()
        {
            [NodeSettingTable.Seed.Variable] = "a:4053,b:4053,c:4053",
            [NodeSettingTable.Journal.Variable] = "Host=db;Database=orchestrator",
        };
        var plan = Deployed.Plan(["--config", $"/etc/orchestrator/{role}.conf"], environment, certificates);
        Assert.Equal(role, Assert.Single(plan.Roles).ToString(), ignoreCase: true);
        Assert.StartsWith("akka.ssl", plan.Network.Protocol, StringComparison.Ordinal);
    }

    [Fact]
    public void There_is_a_test_of_every_settings_file() =>
        Assert.Equal(
            ["coordinator.conf", "evaluator.conf", "worker.conf"],
            Directory
                .EnumerateFiles(Path.Combine(Checkout.Repository, "cluster"), "*.conf", SearchOption.AllDirectories)
                .Select(Path.GetFileName)
                .Order()
        );

    [GeneratedRegex("ORCHESTRATOR__[A-Z_]*[A-Z]")]
    private static partial Regex Variable();
}
