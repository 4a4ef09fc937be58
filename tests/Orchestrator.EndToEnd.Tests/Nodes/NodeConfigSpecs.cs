using Orchestrator.EndToEnd.Tests.Running;

namespace Orchestrator.EndToEnd.Tests.Nodes;

/// <summary><c>node config</c>: what a node would start with, or why it would not.</summary>
public sealed class NodeConfigSpecs
{
    [Fact]
    public async Task Each_setting_is_printed_with_where_it_came_from_and_secrets_are_masked()
    {
        using var folder = new SweepFolder();
        await File.WriteAllTextAsync(
            Path.Combine(folder.Root, "node.conf"),
            "role = coordinator\nlease = 20\njournal = Host=db;Username=o;Password=secret",
            TestContext.Current.CancellationToken
        );
        await using var run = Run.Orchestrator(folder.Root, "node", "config", "--config", "node.conf", "--lease", "30");
        await run.ExitsWith(0);
        Assert.Matches(@"\nlease +30 +--lease\n", run.Output);
        Assert.Matches(@"\njournal +Host=db;Username=o;Password=\*\*\*;.* +node.conf\n", run.Output);
        Assert.DoesNotContain("secret", run.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("port", "node.conf: unrecognized line format: 'port'; each line is 'key = value'")]
    [InlineData("[http]\nprot = 1", "node.conf: unknown setting 'http.prot'; did you mean 'http.port'?")]
    [InlineData("role = coordinator\nport = x", "port (from node.conf): expected a whole number from 0 to 65535, found 'x'")]
    public async Task A_file_that_cannot_be_used_is_refused(string text, string message)
    {
        using var folder = new SweepFolder();
        await File.WriteAllTextAsync(Path.Combine(folder.Root, "node.conf"), text, TestContext.Current.CancellationToken);
        await using var run = Run.Orchestrator(folder.Root, "node", "config", "--config", "node.conf");
        await run.ExitsWith(2);
        Assert.Contains(message, run.Errors, StringComparison.Ordinal);
    }
}
