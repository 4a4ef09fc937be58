using Orchestrator.Cluster.Devices;
using Orchestrator.Cluster.Doctor;
using Orchestrator.Cluster.Protocol;

namespace Orchestrator.Cluster.Tests.Devices;

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
        Write(root, files.Split(' ', StringSplitOptions.RemoveEmptyEntries));
        Assert.Equal(memory, new ControlGroup(groups, root.Path).Memory);
    }

    [Theory]
    [InlineData("0::/a.slice/b.scope", "a.slice/b.scope/cpu.max=200000 100000", 2.0)]
    [InlineData("0::/a.slice/b.scope", "a.slice/cpu.max=150000 100000|a.slice/b.scope/cpu.max=max 100000", 1.5)]
    [InlineData("0::/a.slice", "a.slice/cpu.max=max 100000", null)]
    [InlineData("2:cpu,cpuacct:/job\n0::/", "cpu/job/cpu.cfs_quota_us=50000|cpu/job/cpu.cfs_period_us=100000", 0.5)]
    [InlineData("2:cpu:/a/b", "cpu/a/cpu.cfs_quota_us=3000|cpu/a/cpu.cfs_period_us=1000|cpu/a/b/cpu.cfs_quota_us=-1", 3.0)]
    [InlineData("2:cpu:/a", "cpu/a/cpu.cfs_quota_us=-1|cpu/a/cpu.cfs_period_us=100000", null)]
    [InlineData("2:cpu:/a", "", null)]
    public void The_time_of_cores_is_limited_by_nested_control_groups(string groups, string files, double? cores)
    {
        using var root = new TemporaryFolder();
        Write(root, files.Split('|', StringSplitOptions.RemoveEmptyEntries));
        Assert.Equal(cores, new ControlGroup(groups, root.Path).Cores);
    }

    [Theory]
    [InlineData("", "", 8, ".NET")]
    [InlineData("0-7", "", 8, "affinity")]
    [InlineData("0-1,4,6-7", "", 5, "affinity")]
    [InlineData("3", "", 1, "affinity")]
    [InlineData("0-7", "cpu.max=350000 100000", 3, "a control group")]
    [InlineData("0-7", "cpu.max=50000 100000", 1, "a control group")]
    [InlineData("0-7", "SLURM_CPUS_PER_TASK=4", 4, "SLURM_CPUS_PER_TASK")]
    [InlineData("0-3", "SLURM_CPUS_PER_TASK=4", 4, "SLURM_CPUS_PER_TASK")]
    [InlineData("0-1", "SLURM_CPUS_PER_TASK=4", 2, "affinity")]
    [InlineData("0-7", "SLURM_CPUS_PER_TASK=4 SLURM_CPUS_ON_NODE=2", 2, "SLURM_CPUS_ON_NODE")]
    [InlineData("0-7", "SLURM_CPUS_PER_TASK=64", 8, "affinity")]
    [InlineData("0-7", "SLURM_CPUS_PER_TASK=0", 8, "affinity")]
    [InlineData("0-7", "SLURM_CPUS_PER_TASK=many", 8, "affinity")]
    public void Cores_are_the_least_that_anybody_leaves(string affinity, string more, long cores, string by) =>
        Assert.Equal(
            new Given.Limit(cores, by),
            Read(
                affinity.Length > 0 ? $"Name:\tx\nCpus_allowed:\tff\nCpus_allowed_list:\t{affinity}\nMems_allowed:\t1\n" : "",
                "",
                more
            ).Cores
        );

    [Theory]
    [InlineData(null, "", null, null)]
    [InlineData(64, "", 64L, "the machine")]
    [InlineData(64, "memory.max=34359738368", 32L, "a control group")]
    [InlineData(64, "memory.max=max", 64L, "the machine")]
    [InlineData(64, "SLURM_MEM_PER_NODE=16384", 16L, "SLURM_MEM_PER_NODE")]
    [InlineData(64, "SLURM_MEM_PER_NODE=16384 memory.max=34359738368", 16L, "SLURM_MEM_PER_NODE")]
    [InlineData(64, "SLURM_MEM_PER_NODE=65536 memory.max=34359738368", 32L, "a control group")]
    [InlineData(64, "SLURM_MEM_PER_NODE=0", 64L, "the machine")]
    [InlineData(64, "SLURM_MEM_PER_CPU=2048 SLURM_CPUS_ON_NODE=4", 8L, "SLURM_MEM_PER_CPU")]
    [InlineData(64, "SLURM_MEM_PER_CPU=2048", 64L, "the machine")]
    [InlineData(64, "SLURM_MEM_PER_GPU=8192 SLURM_GPUS_ON_NODE=2", 16L, "SLURM_MEM_PER_GPU")]
    public void Memory_is_the_least_that_anybody_leaves(int? machine, string more, long? gibibytes, string? by) =>
        Assert.Equal(
            by is null ? null : new Given.Limit(gibibytes!.Value * Gibibyte, by),
            Read("", machine is { } total ? $"MemTotal:       {total * (Gibibyte >> 10)} kB\nMemFree:   1 kB\n" : "", more).Memory
        );

    [Fact]
    public async Task A_process_that_is_bound_to_one_core_counts_one()
    {
        Needs.Program("taskset", "util-linux");
        await using var run = Run.Start("taskset", "/", "-c", "0", "cat", "/proc/self/status");
        await run.ExitsWith(0);
        using var root = new TemporaryFolder();
        Assert.Equal(1, Given.Of(8, run.Output, "", new ControlGroup("", root.Path), _ => null).Cores.Amount);
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
    [InlineData(2, 64, 60, 64, "the machine", Verdict.Ok, "60 GiB free of 64 GiB")]
    [InlineData(2, 64, 60, 4, "a control group", Verdict.Ok, "4 GiB free of 4 GiB that a control group allows (the machine has 64 GiB)")]
    [InlineData(2, 64, 3, 4, "SLURM_MEM_PER_CPU", Verdict.Ok, "3 GiB free of 4 GiB that SLURM_MEM_PER_CPU allows (the machine has 64 GiB)")]
    [InlineData(
        11,
        64,
        60,
        4,
        "a control group",
        Verdict.Warning,
        "4 GiB free of 4 GiB that a control group allows (the machine has 64 GiB), and 11 processes at once take at least 400 MiB each"
    )]
    [InlineData(2, null, null, null, null, Verdict.Ok, "the system does not tell")]
    public void Memory_is_what_was_given(int children, int? machine, int? available, int? given, string? by, Verdict verdict, string found)
    {
        var finding = MachineCheck.OfMemory(
            children,
            machine * Gibibyte,
            available * Gibibyte,
            given is { } amount ? new Given.Limit(amount * Gibibyte, by!) : null
        );
        Assert.Equal((verdict, found), (finding.Verdict, finding.Found));
    }

    [Theory]
    [InlineData(64, 4, null, 2, Verdict.Ok, "4 of the machine's 64 were given to this process (by SLURM_CPUS_PER_TASK)")]
    [InlineData(null, 4, 2, 2, Verdict.Ok, "4")]
    [InlineData(4, 4, 3, 2, Verdict.Warning, "4, and 3 slots of 2 threads each wait for each other")]
    public void Cores_are_what_was_given(int? machine, int given, int? slots, int threads, Verdict verdict, string found)
    {
        var finding = MachineCheck.OfCores(machine, new Given.Limit(given, "SLURM_CPUS_PER_TASK"), slots, threads);
        Assert.Equal((verdict, found), (finding.Verdict, finding.Found));
    }

    /// <param name="more">Variables, and files of the control group.</param>
    static Given Read(string status, string memory, string more)
    {
        using var root = new TemporaryFolder();
        // A file may hold two figures.
        var facts = System.Text.RegularExpressions.Regex.Split(more, " (?=[A-Za-z])").Where(fact => fact.Length > 0).ToList();
        Write(root, facts.Where(fact => fact.Contains('.', StringComparison.Ordinal)));
        return Given.Of(
            8,
            status,
            memory,
            new ControlGroup("0::/", root.Path),
            name => facts.Find(fact => fact.StartsWith(name + "=", StringComparison.Ordinal))?[(name.Length + 1)..]
        );
    }

    static void Write(TemporaryFolder root, IEnumerable<string> files)
    {
        foreach (var file in files.Select(file => file.Split('=')))
        {
            Directory.CreateDirectory(Path.GetDirectoryName(root.At(file[0]))!);
            File.WriteAllText(root.At(file[0]), file[1] + "\n");
        }
    }
}
