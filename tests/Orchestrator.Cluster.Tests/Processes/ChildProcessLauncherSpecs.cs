using Orchestrator.Cluster.Devices;
using Orchestrator.Cluster.Processes;
using Orchestrator.Sweeps.Attempts;
using Orchestrator.Sweeps.Domain;

namespace Orchestrator.Cluster.Tests.Processes;

/// <summary>What a child process is given to live with, as a shell in its place sees it.</summary>
public sealed class ChildProcessLauncherSpecs
{
    [Fact]
    public async Task A_child_collects_garbage_hardly_ever_by_itself() => Assert.Equal("4000000", await Seen("$DOTNET_GCgen0size", SlotDevice.Cpu));

    [Fact]
    public async Task A_child_sees_the_slots_GPU_only() => Assert.Equal("3", await Seen("$CUDA_VISIBLE_DEVICES", new SlotDevice(3)));

    static async Task<string> Seen(string variable, SlotDevice device)
    {
        var said = "";
        var exit = new TaskCompletionSource<ProcessExit>(TaskCreationOptions.RunContinuationsAsynchronously);
        var launcher = new ChildProcessLauncher("/bin/sh", "-c", $$"""echo "{\"type\":\"warning\",\"message\":\"{{variable}}\"}" """);
        launcher.Start(WorkKind.Training, "attempt.json", device, message => said = Assert.IsType<ProcessMessage.Warning>(message).Message, exit.SetResult);
        Assert.Equal(new ProcessExit(0, ""), await exit.Task.WaitAsync(TestContext.Current.CancellationToken));
        return said;
    }
}
