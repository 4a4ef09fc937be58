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
            "orchestrator { role = [coordinator], lease = 20, journal = \"Host=db;Username=o;Password=secret\" }",
            TestContext.Current.CancellationToken
        );
        await using var run = Run.Orchestrator(folder.Root, "node", "config", "--config", "node.conf", "--lease", "30");
        await run.ExitsWith(0);
        Assert.Matches(@"\nlease +30 +--lease\n", run.Output);
        Assert.Matches(@"\njournal +Host=db;Username=o;Password=\*\*\*;.* +node.conf\n", run.Output);
        Assert.DoesNotContain("secret", run.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("orchestrator { port = 1", "node.conf: not HOCON: line 1: '{' is not closed")]
    // Akka.NET's parser does not return from this one.
    [InlineData("orchestrator.seed = [ : ]", "node.conf: not HOCON: it cannot be parsed")]
    public async Task A_file_that_cannot_be_parsed_is_refused(string text, string message)
    {
        using var folder = new SweepFolder();
        await File.WriteAllTextAsync(Path.Combine(folder.Root, "node.conf"), text, TestContext.Current.CancellationToken);
        await using var run = Run.Orchestrator(folder.Root, "node", "config", "--config", "node.conf");
        await run.ExitsWith(2);
        Assert.Contains(message, run.Errors, StringComparison.Ordinal);
    }
}
