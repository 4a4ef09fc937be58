namespace Orchestrator.EndToEnd.Tests.Deployment;

/// <summary><c>docs/operations.md</c>: its commands are run as they stand there.</summary>
static class OperationsPage
{
    public static string[] Lines { get; } = File.ReadAllLines(Path.Combine(Checkout.Repository, "docs", "operations.md"));

    /// <summary>Runs the block that follows <c>&lt;!-- run: name --&gt;</c>.</summary>
    /// <param name="variables">As <c>env</c> takes them: <c>NAME=value</c>.</param>
    public static async Task Execute(string name, string folder, params string[] variables)
    {
        var block = Lines.SkipWhile(line => line != $"<!-- run: {name} -->").Skip(2).TakeWhile(line => line != "```").ToList();
        Assert.NotEmpty(block);
        await using var run = Run.Start("env", folder, [.. variables, "bash", "-euc", string.Join('\n', block)]);
        await run.ExitsWith(0);
    }
}
