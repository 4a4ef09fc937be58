using System.Text.RegularExpressions;
using Orchestrator.EndToEnd.Tests.Running;

namespace Orchestrator.EndToEnd.Tests.Faults;

/// <summary>The short plan: one fault of each of the first kinds while a sweep runs on a cluster of seven processes; the long plan's table
/// is in docs/reliability.md.</summary>
public sealed partial class ChaosSpecs
{
    const int Faults = 8;

    [Fact]
    public async Task Nothing_is_lost_or_counted_twice_whatever_breaks()
    {
        Needs.Require(
            Directory.Exists("/usr/lib/postgresql"),
            "PostgreSQL's server is not installed; ./tests/run.sh installs it (package postgresql)"
        );
        Needs.Program("curl", "curl");
        using var folder = new SweepFolder();
        await using var run = Run.Start(
            Checkout.Chaos,
            folder.Root,
            "--program",
            Checkout.Program,
            "--work",
            Path.Combine(folder.Root, "chaos"),
            "--seed",
            "1",
            "--faults",
            $"{Faults}",
            "--trials",
            "6",
            "--epochs",
            "20"
        );
        await run.ExitsWith(0, patience: TimeSpan.FromMinutes(10));
        Assert.Equal(Faults, InjectedFault().Count(run.Output));
        Assert.Contains("no process was left behind", run.Output, StringComparison.Ordinal);
    }

    [GeneratedRegex(@"^\d\d:\d\d:\d\d \d+: ", RegexOptions.Multiline)]
    private static partial Regex InjectedFault();
}
