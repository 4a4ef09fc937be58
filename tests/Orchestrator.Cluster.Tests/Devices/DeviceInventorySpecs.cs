using Orchestrator.Cluster.Devices;

namespace Orchestrator.Cluster.Tests.Devices;

public sealed class DeviceInventorySpecs : IDisposable
{
    static readonly StandInGpu Sliced = new("GPU-cc11", "NVIDIA A100-SXM4-40GB", 40960, ("3g.20gb", "MIG-1a"), ("1c.3g.20gb", "MIG-1b"));

    readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(4)]
    [InlineData(8)]
    public async Task Every_GPU_of_the_machine_is_there_where_the_process_was_given_all(int gpus)
    {
        var devices = await Detect(null, StandInGpu.H100s(gpus));
        Assert.Equal(
            StandInGpu.H100s(gpus).Select((gpu, number) => new CudaDevice(number, gpu.Uuid, gpu.Name, 81559L << 20)),
            devices.Cuda
        );
        Assert.Null(devices.Warning);
    }

    [Fact]
    public async Task Unlike_GPUs_have_each_their_own_memory_and_a_slice_that_of_its_profile()
    {
        var devices = await Detect(null, [.. StandInGpu.H100s(1), Sliced, new("GPU-dd", "NVIDIA T4", 15360, null)]);
        Assert.Equal(
            [
                (0, "GPU-00aa", "NVIDIA H100 80GB HBM3", 81559L << 20),
                (1, "MIG-1a", "NVIDIA A100-SXM4-40GB MIG 3g.20gb", 20L << 30),
                (2, "MIG-1b", "NVIDIA A100-SXM4-40GB MIG 1c.3g.20gb", 20L << 30),
                (3, "GPU-dd", "NVIDIA T4", 15360L << 20),
            ],
            devices.Cuda.Select(device => (device.Number, device.Uuid, device.Name, device.MemoryBytes!.Value))
        );
    }

    [Fact]
    public async Task A_GPU_with_MIG_and_no_slice_is_of_no_use() =>
        Assert.Empty((await Detect(null, new StandInGpu("GPU-cc11", "NVIDIA A100", 40960, []))).Cuda);

    [Fact]
    public void Memory_that_the_driver_does_not_tell_is_unknown() =>
        Assert.Null(
            Assert
                .Single(MachineGpu.Parse("0, GPU-1, NVIDIA GB10, [N/A], [N/A]\nwarning: nothing, of, the, other, kind\n"))
                .Whole.MemoryBytes
        );

    /// <summary>As CUDA reads its variable.</summary>
    [Theory]
    [InlineData("2", "GPU-22aa")]
    [InlineData("3,1", "GPU-33aa GPU-11aa")]
    [InlineData(" 0 , 3 ", "GPU-00aa GPU-33aa")]
    [InlineData("GPU-22aa", "GPU-22aa")]
    [InlineData("GPU-3,GPU-0", "GPU-33aa GPU-00aa")]
    [InlineData("gpu-2", "")]
    [InlineData("GPU-", "")]
    [InlineData("GPU-1,GPU-9,GPU-2", "GPU-11aa")]
    [InlineData("1,9,2", "GPU-11aa")]
    [InlineData("1,-1,2", "GPU-11aa")]
    [InlineData("1,1", "")]
    [InlineData("0,GPU-0", "")]
    [InlineData("", "")]
    [InlineData(" ", "")]
    [InlineData("-1", "")]
    [InlineData("NoDevFiles", "")]
    [InlineData("4", "MIG-1a MIG-1b")]
    [InlineData("MIG-1b,1", "MIG-1b GPU-11aa")]
    [InlineData("MIG-1", "")]
    [InlineData("GPU-cc", "MIG-1a MIG-1b")]
    [InlineData("4,MIG-1a", "")]
    public async Task Only_those_GPUs_count_that_the_process_was_given(string visible, string uuids)
    {
        var devices = await Detect(visible, [.. StandInGpu.H100s(4), Sliced]);
        Assert.Equal(uuids, string.Join(' ', devices.Cuda.Select(device => device.Uuid)));
        Assert.Equal(Enumerable.Range(0, devices.Cuda.Length), devices.Cuda.Select(device => device.Number));
    }

    [Fact]
    public async Task A_variable_that_names_nothing_of_this_machine_is_said() =>
        Assert.Equal(
            "CUDA_VISIBLE_DEVICES=7 names no GPU of this machine: no GPU is used, trials compute on CPU cores",
            (await Detect("7", StandInGpu.H100s(2))).Warning
        );

    [Theory]
    [InlineData("")]
    [InlineData("-1")]
    [InlineData("NoDevFiles")]
    public async Task Who_is_given_no_GPU_by_intent_hears_nothing(string visible) =>
        Assert.Null((await Detect(visible, StandInGpu.H100s(2))).Warning);

    [Theory]
    [InlineData("0,2", "GPU-33aa GPU-11aa")]
    [InlineData("GPU-1", "GPU-11aa")]
    [InlineData("2,GPU-2,2", "GPU-11aa GPU-22aa")]
    public async Task Numbers_and_UUIDs_choose_among_those_that_were_given(string only, string uuids) =>
        Assert.Equal(uuids, string.Join(' ', (await Detect("3,2,1", StandInGpu.H100s(4))).Only(only).Cuda.Select(device => device.Uuid)));

    [Theory]
    [InlineData("3")]
    [InlineData("0,")]
    [InlineData("GPU-0")]
    [InlineData("all")]
    public async Task A_GPU_that_was_not_given_is_refused_with_those_that_were(string only)
    {
        var devices = await Detect("3,2,1", StandInGpu.H100s(4));
        var refusal = Assert.Throws<DeviceException>(() => devices.Only(only)).Message;
        Assert.EndsWith(
            "is no GPU here: 0 NVIDIA H100 80GB HBM3 (GPU-33aa), 1 NVIDIA H100 80GB HBM3 (GPU-22aa), 2 NVIDIA H100 80GB HBM3 (GPU-11aa)",
            refusal
        );
    }

    [Fact]
    public async Task A_machine_without_the_drivers_tool_has_no_GPUs_and_nothing_is_said()
    {
        var devices = await DeviceInventory.DetectAsync(new DriverTool("no-such-tool"), null);
        Assert.Empty(devices.Cuda);
        Assert.Null(devices.Warning);
    }

    [Fact]
    public async Task A_tool_that_fails_is_said_and_cores_are_used()
    {
        var devices = await Detect(null, StandInDriver.Failing);
        Assert.Empty(devices.Cuda);
        Assert.EndsWith(
            "ended with exit code 9: NVIDIA-SMI has failed because it couldn't communicate with the NVIDIA driver.: no GPU is used, trials "
                + "compute on CPU cores",
            devices.Warning
        );
    }

    [Fact]
    public async Task A_tool_that_hangs_is_not_waited_for_and_that_is_said()
    {
        var tool = new DriverTool(Tool(StandInDriver.Write(_folder.Path, StandInDriver.Hanging)))
        {
            Patience = TimeSpan.FromMilliseconds(200),
        };
        Assert.Contains("did not answer within 0.2 s", (await DeviceInventory.DetectAsync(tool, null)).Warning);
    }

    [Theory]
    [InlineData(1, null, new[] { 0, 1 })]
    [InlineData(0.5, null, new[] { 0, 1, 0, 1 })]
    [InlineData(0.3333333333, null, new[] { 0, 1, 0, 1, 0, 1 })]
    [InlineData(0.7, null, new[] { 0, 1 })]
    [InlineData(1, 3, new[] { 0, 1 })]
    [InlineData(0.5, 3, new[] { 0, 1, 0 })]
    public async Task A_slot_is_a_share_of_a_gpu(double fraction, int? slots, int[] devices) =>
        Assert.Equal(
            devices,
            (await Detect(null, StandInGpu.H100s(2))).Slots(slots, threads: 1, fraction).Select(slot => slot.Cuda!.Number)
        );

    [Theory]
    [InlineData(8, 1, null, 8)]
    [InlineData(8, 3, null, 2)]
    [InlineData(2, 4, null, 1)]
    [InlineData(2, 4, 5, 5)]
    public void Without_gpus_a_slot_is_a_group_of_cores(int cores, int threads, int? slots, int expected) =>
        Assert.Equal(expected, new DeviceInventory([], cores).Slots(slots, threads, gpuFraction: 1).Count(slot => slot == SlotDevice.Cpu));

    [Theory]
    [InlineData(1, 0.5, 0.5)]
    [InlineData(1, 1.0, 1)]
    [InlineData(1, 0.4, 0.2)]
    [InlineData(1, 0.7, 0.3)]
    [InlineData(1, 0.3333333333, 0.3333333333)]
    [InlineData(1, null, 1)]
    [InlineData(2, null, 1)]
    [InlineData(3, null, 0.5)]
    public async Task An_evaluation_takes_what_trials_leave_or_as_much_as_one_of_them(int evaluators, double? fraction, double share) =>
        Assert.Equal(share, (await Detect(null, StandInGpu.H100s(2))).EvaluationShare(evaluators, fraction), 9);

    [Fact]
    public async Task Evaluators_begin_with_the_GPU_that_fewest_slots_train_on() =>
        Assert.Equal([1, 0, 1], (await Detect(null, StandInGpu.H100s(2))).Evaluators(3).Select(slot => slot.Cuda!.Number));

    Task<DeviceInventory> Detect(string? visible, params StandInGpu[] gpus) =>
        DeviceInventory.DetectAsync(new DriverTool(Tool(StandInDriver.Write(_folder.Path, gpus))), visible);

    Task<DeviceInventory> Detect(string? visible, string script) =>
        DeviceInventory.DetectAsync(new DriverTool(Tool(StandInDriver.Write(_folder.Path, script))), visible);

    static string Tool(string folder) => Path.Combine(folder, "nvidia-smi");
}
