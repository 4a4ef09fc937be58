namespace Orchestrator.Deploy.Tests;

/// <summary>The unit of <c>cluster/systemd</c> under a systemd that is process 1.</summary>
[Collection(nameof(Sequential))]
public sealed class SystemdSpecs
{
    [Fact]
    public async Task Nodes_are_services()
    {
        Needs.Program("systemctl", "systemd");
        await ScriptedRun.Passes("systemd", "systemd.sh");
    }
}
