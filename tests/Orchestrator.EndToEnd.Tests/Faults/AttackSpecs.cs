using Orchestrator.EndToEnd.Tests.Running;

namespace Orchestrator.EndToEnd.Tests.Faults;

/// <summary>What a stranger could do to a node, in short: floods, silence, lying files, damaged journals. The long form, which counts the
/// speed of training too, is <c>tools/attack.sh</c>; its table is in docs/security.md.</summary>
[Collection(nameof(Sequential))]
public sealed class AttackSpecs
{
    [Fact]
    public async Task A_stranger_neither_stops_nor_bloats_a_node()
    {
        Needs.Program("wrk", "wrk");
        using var folder = new SweepFolder();
        await using var run = Run.Start(Checkout.Attack, folder.Root, "--program", Checkout.Program, "--short");
        await run.ExitsWith(0);
        Assert.Contains("50 connections on `/api/sweeps/target/trials/0001/log`", run.Output, StringComparison.Ordinal);
    }
}
