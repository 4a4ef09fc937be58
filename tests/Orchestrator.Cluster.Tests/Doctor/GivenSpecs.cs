using Orchestrator.Cluster.Doctor;
using Orchestrator.Cluster.Protocol;

namespace Orchestrator.Cluster.Tests.Doctor;

/// <summary>What a process was given, where that is less than its machine has.</summary>
public sealed class GivenSpecs
{
    const long Gibibyte = 1L << 30;

    [Theory]
    [InlineData("0::/a.slice/b.scope", "a.slice/b.scope/memory.max=2147483648", 2147483648L)]
    [InlineData("0::/a.slice/b.scope", "a.slice/memory.max=1073741824 a.slice/b.scope/memory.max=2147483648", 1073741824L)]
    [InlineData("0::/a.slice", "a.slice/memory.max=max", null)]
    [InlineData("0::/", "memory.max=4096", 4096L)]
    [InlineData("5:cpu:/x\n4:memory:/job\n0::/", "memory/job/memory.limit_in_bytes=4096", 4096L)]
    [InlineData("4:memory:/job", "memory/job/memory.limit_in_bytes=9223372036854771712", null)]
    [InlineData("4:memory:/job", "", null)]
    [InlineData("", "memory.max=4096", null)]
    public void The_tightest_of_nested_control_groups_holds(string groups, string files, long? memory)
    {
        using var root = new TemporaryFolder();
        foreach (var file in files.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(file => file.Split('=')))
        {
            Directory.CreateDirectory(Path.GetDirectoryName(root.At(file[0]))!);
            File.WriteAllText(root.At(file[0]), file[1] + "\n");
        }

        Assert.Equal(memory, new ControlGroup(groups, root.Path).Memory);
    }

    [Fact]
    public void Processes_that_are_left_are_those_that_do_not_run_yet()
    {
        using var root = new TemporaryFolder();
        File.WriteAllText(root.At("pids.max"), "100\n");
        File.WriteAllText(root.At("pids.current"), "30\n");
        Assert.Equal(70, new ControlGroup("0::/", root.Path).ProcessesLeft);
    }

    [Theory]
    [InlineData(2, 64, 60, null, Verdict.Ok, "60 GiB free of 64 GiB")]
    [InlineData(2, 64, 60, 4, Verdict.Ok, "4 GiB free of 4 GiB that a control group allows (the machine has 64 GiB)")]
    [InlineData(2, 4, 60, 64, Verdict.Ok, "4 GiB free of 4 GiB")]
    [InlineData(
        11,
        64,
        60,
        4,
        Verdict.Warning,
        "4 GiB free of 4 GiB that a control group allows (the machine has 64 GiB), and 11 processes at once take at least 400 MiB each"
    )]
    [InlineData(2, null, null, null, Verdict.Ok, "the system does not tell")]
    public void Memory_is_what_was_given(int children, int? machine, int? available, int? limit, Verdict verdict, string found)
    {
        var finding = MachineCheck.OfMemory(children, machine * Gibibyte, available * Gibibyte, limit * Gibibyte);
        Assert.Equal((verdict, found), (finding.Verdict, finding.Found));
    }

    [Theory]
    [InlineData(64, 4, null, 2, Verdict.Ok, "4 of the machine's 64 were given to this process")]
    [InlineData(null, 4, 2, 2, Verdict.Ok, "4")]
    [InlineData(4, 4, 3, 2, Verdict.Warning, "4, and 3 slots of 2 threads each wait for each other")]
    public void Cores_are_what_was_given(int? machine, int given, int? slots, int threads, Verdict verdict, string found)
    {
        var finding = MachineCheck.OfCores(machine, given, slots, threads);
        Assert.Equal((verdict, found), (finding.Verdict, finding.Found));
    }
}
