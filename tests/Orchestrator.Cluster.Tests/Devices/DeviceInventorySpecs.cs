using Orchestrator.Cluster.Devices;

namespace Orchestrator.Cluster.Tests.Devices;

public sealed class DeviceInventorySpecs
{
    static readonly DeviceInventory TwoGpus = new(
        DeviceInventory.Parse("0, NVIDIA A100-SXM4-80GB, 81920\n1, NVIDIA A100-SXM4-80GB, 81920\n"),
        Cores: 32
    );

    [Fact]
    public void The_driver_names_devices_and_their_memory() =>
        Assert.Equal(
            [new CudaDevice(0, "NVIDIA A100-SXM4-80GB", 81920L << 20), new CudaDevice(1, "NVIDIA A100-SXM4-80GB", 81920L << 20)],
            TwoGpus.Cuda
        );

    [Fact]
    public void What_the_driver_says_besides_is_no_device() => Assert.Empty(DeviceInventory.Parse("No devices were found\n"));

    [Theory]
    [InlineData(1, null, new[] { 0, 1 })]
    [InlineData(0.5, null, new[] { 0, 1, 0, 1 })]
    [InlineData(0.3333333333, null, new[] { 0, 1, 0, 1, 0, 1 })]
    [InlineData(0.7, null, new[] { 0, 1 })]
    [InlineData(1, 3, new[] { 0, 1, 0 })]
    public void A_slot_is_a_share_of_a_gpu(double fraction, int? slots, int[] devices) =>
        Assert.Equal(devices, TwoGpus.Slots(slots, threads: 1, fraction).Select(slot => slot.Cuda!.Value));

    [Theory]
    [InlineData(8, 1, null, 8)]
    [InlineData(8, 3, null, 2)]
    [InlineData(2, 4, null, 1)]
    [InlineData(2, 4, 5, 5)]
    public void Without_gpus_a_slot_is_a_group_of_cores(int cores, int threads, int? slots, int expected) =>
        Assert.Equal(expected, new DeviceInventory([], cores).Slots(slots, threads, gpuFraction: 1).Count(slot => slot == SlotDevice.Cpu));

    [Fact]
    public void The_processes_of_a_slot_see_their_gpu_alone()
    {
        Assert.Equal([new("CUDA_VISIBLE_DEVICES", "1")], new SlotDevice(1).Environment);
        Assert.Empty(SlotDevice.Cpu.Environment);
    }

    [Fact]
    public async Task A_machine_without_the_drivers_tool_has_no_gpus() =>
        Assert.Empty((await DeviceInventory.DetectAsync("no-such-tool")).Cuda);

    [Fact]
    public async Task A_tool_that_fails_means_no_gpus() => Assert.Empty((await DeviceInventory.DetectAsync("false")).Cuda);
}
