using Orchestrator.Cluster.Devices;
using Orchestrator.Cluster.Processes;
using Orchestrator.Sweeps;
using Orchestrator.Sweeps.Domain;
using Orchestrator.Sweeps.Tasks;

namespace Orchestrator.Cluster.Tests.Processes;

/// <summary>Children that wait for the task after the one that runs, with a shell in place of our program.</summary>
[Trait("Needs", "process")]
public sealed class SpareChildrenSpecs : IAsyncDisposable
{
    // Says which process does which task, and waits for the end of its parent only where it has none.
    const string Child = """
        if [ "$1" = wait ]; then read -r file || exit 9; else file=$2; fi
        echo "{\"type\":\"warning\",\"message\":\"$1 $file\"}"
        echo "{\"type\":\"alive\",\"process_id\":$$}"
        """;

    readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("spares-");
    readonly List<ChildProcessLauncher> _launchers = [];

    [Fact]
    public async Task The_task_after_is_done_by_the_child_that_waits()
    {
        var launcher = Launcher(Child);
        Assert.Equal("run first", (await DoneBy(launcher, "first")).Said);
        Assert.Equal("wait second", (await DoneBy(launcher, "second")).Said);
        Assert.Equal("wait third", (await DoneBy(launcher, "third")).Said);
    }

    [Fact]
    public async Task Another_device_or_verb_gets_a_child_of_its_own()
    {
        var launcher = Launcher(Child);
        await DoneBy(launcher, "first");
        Assert.Equal(
            "run second",
            (await DoneBy(launcher, "second", new SlotDevice(new CudaDevice(1, "GPU-1", "NVIDIA H100", null)))).Said
        );
        Assert.Equal("evaluate third", (await DoneBy(launcher, "third", kind: WorkKind.Evaluation)).Said);
        Assert.Equal("wait fourth", (await DoneBy(launcher, "fourth")).Said);
    }

    [Fact]
    public async Task One_that_has_ended_is_not_given_a_task()
    {
        var launcher = Launcher("[ \"$1\" = wait ] && exit 1\n" + Child);
        await DoneBy(launcher, "first");
        await Waiting(expected: 0);
        var (said, exit) = await DoneBy(launcher, "second");
        Assert.Equal(("run second", 0), (said, exit.Code));
    }

    [Fact]
    public async Task One_that_dies_of_its_task_tells_it_as_any_child_does()
    {
        var launcher = Launcher("[ \"$1\" = wait ] && { read -r file; kill -KILL $$; }\n" + Child);
        await DoneBy(launcher, "first");
        Assert.Equal(128 + 9, (await DoneBy(launcher, "second")).Exit.Code);
    }

    [Fact]
    public async Task Those_that_wait_go_with_their_launcher()
    {
        var launcher = Launcher(Child);
        await DoneBy(launcher, "first");
        await Waiting(expected: 1);
        await launcher.DisposeAsync();
        await Waiting(expected: 0);
    }

    ChildProcessLauncher Launcher(string script)
    {
        // What comes before the verb: sh -c SCRIPT trial VERB …
        var launcher = new ChildProcessLauncher("/bin/sh", "-c", script)
        {
            Records = new ChildRecords(new DataFolder(_directory.FullName)),
        };
        _launchers.Add(launcher);
        return launcher;
    }

    static async Task<(string Said, ProcessExit Exit)> DoneBy(
        ChildProcessLauncher launcher,
        string file,
        SlotDevice? device = null,
        WorkKind kind = WorkKind.Training
    )
    {
        var said = "";
        var exit = new TaskCompletionSource<ProcessExit>(TaskCreationOptions.RunContinuationsAsynchronously);
        launcher.Start(
            kind,
            file,
            device ?? SlotDevice.Cpu,
            message => said = (message as ProcessMessage.Warning)?.Message ?? said,
            exit.SetResult
        );
        var ended = await exit.Task.WaitAsync(TestContext.Current.CancellationToken);
        return (said, ended);
    }

    /// <summary>Each child that lives has a record in the data folder; a child's first word is taken after the next one was started.</summary>
    Task Waiting(int expected) =>
        Eventually.TrueAsync(() => _directory.EnumerateFiles("*", SearchOption.AllDirectories).Count() == expected);

    public async ValueTask DisposeAsync()
    {
        foreach (var launcher in _launchers)
            await launcher.DisposeAsync();
        _directory.Delete(recursive: true);
    }
}
