using Orchestrator.Cluster.Devices;
using Orchestrator.Cluster.Processes;
using Orchestrator.Sweeps.Domain;
using Orchestrator.Sweeps.Tasks;

namespace Orchestrator.Cluster.Tests.Processes;

/// <summary>What a child process is given to live with, as a shell in its place sees it.</summary>
[Trait("Needs", "process")]
public sealed class ChildProcessLauncherSpecs
{
    [Fact]
    public async Task A_child_sees_the_slots_GPU_only() =>
        Assert.Equal("GPU-5c89", await Seen("$CUDA_VISIBLE_DEVICES", new SlotDevice(new CudaDevice(3, "GPU-5c89", "NVIDIA H100", null))));

    [Fact]
    public async Task A_child_of_a_slot_of_cores_sees_no_GPU() =>
        Assert.Equal("none", await Seen("none$CUDA_VISIBLE_DEVICES${CUDA_VISIBLE_DEVICES-everything}", SlotDevice.Cpu));

    static async Task<string> Seen(string variable, SlotDevice device)
    {
        var said = "";
        var exit = new TaskCompletionSource<ProcessExit>(TaskCreationOptions.RunContinuationsAsynchronously);
        var launcher = new ChildProcessLauncher("/bin/sh", "-c", $$"""echo "{\"type\":\"warning\",\"message\":\"{{variable}}\"}" """);
        launcher.Start(
            WorkKind.Training,
            "attempt.json",
            device,
            message => said = Assert.IsType<ProcessMessage.Warning>(message).Message,
            exit.SetResult
        );
        Assert.Equal(
            (0, ""),
            await exit.Task.WaitAsync(TestContext.Current.CancellationToken) is var ended ? (ended.Code, ended.LastErrors) : default
        );
        return said;
    }

    [Theory]
    [InlineData("exit 1", true)]
    [InlineData("echo 'You must install or update .NET' >&2; exit 150", true)]
    [InlineData("echo hello; exit 0", true)]
    [InlineData("echo '{}'; echo '{\"type\":\"?\"}'; echo '{ not json'; exit 0", true)]
    [InlineData("kill -ABRT $$", true)]
    [InlineData("kill -KILL $$", false)]
    [InlineData("kill -TERM $$", false)]
    [InlineData("echo '{\"type\":\"alive\",\"process_id\":1}'; exit 1", false)]
    [InlineData("echo '{\"type\":\"alive\",\"process_id\":1}'; kill -SEGV $$", false)]
    public async Task A_process_that_ends_by_itself_before_its_first_word_never_lived(string script, bool neverLived)
    {
        var exit = new TaskCompletionSource<ProcessExit>(TaskCreationOptions.RunContinuationsAsynchronously);
        new ChildProcessLauncher("/bin/sh", "-c", script).Start(
            WorkKind.Training,
            "attempt.json",
            SlotDevice.Cpu,
            _ => { },
            exit.SetResult
        );
        Assert.Equal(neverLived, (await exit.Task.WaitAsync(TestContext.Current.CancellationToken)).NeverLived);
    }

    [Theory]
    [InlineData("/nowhere/orchestrator", "No such file")]
    [InlineData("/etc/passwd", "ermission denied")]
    [InlineData("/", "")]
    [InlineData("/bin/true", "exit code 0")]
    [InlineData("/bin/false", "exit code 1")]
    [InlineData("/bin/ls", "trial")]
    public async Task A_program_that_is_not_ours_is_found_out_with_what_came_of_it(string program, string reason)
    {
        var error = await Assert.ThrowsAsync<ProgramException>(new ChildProcessLauncher(program).CheckAsync);
        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
        Assert.Contains($"{program} trial check", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_program_that_is_ours_says_what_it_sees()
    {
        var alive = await new ChildProcessLauncher(
            "/bin/sh",
            "-c",
            """echo "{\"type\":\"alive\",\"process_id\":$$,\"cuda_devices\":2}" """
        ).CheckAsync();
        Assert.Equal(2, alive.CudaDevices);
    }
}
