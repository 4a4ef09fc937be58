using System.Diagnostics;
using System.Globalization;

namespace Orchestrator.Deploy.Tests;

/// <summary>A script below <c>tests/deploy</c> that needs root and ends with a line of how many of its checks passed.</summary>
static class ScriptedRun
{
    static readonly TimeSpan Patience = TimeSpan.FromMinutes(20);

    /// <param name="name">Of what runs, among the figures.</param>
    public static async Task Passes(string name, string script, params string[] arguments)
    {
        Needs.Require(Environment.IsPrivilegedProcess, "only root has namespaces and users of its own to give");
        var began = Stopwatch.GetTimestamp();
        await using var run = Run.Start(Checkout.File($"tests/deploy/{script}"), Checkout.Repository, arguments);
        await run.ExitsWith(0, Patience);
        var result = run.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries)[^1];
        Figures.Say(string.Create(CultureInfo.InvariantCulture, $"{name}: {result}, {Stopwatch.GetElapsedTime(began).TotalSeconds:0} s"));
    }
}
