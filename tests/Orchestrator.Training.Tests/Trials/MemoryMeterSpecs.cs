using Orchestrator.Sweeps.Tasks;
using Orchestrator.Training.Trials;
using static TorchSharp.torch;

namespace Orchestrator.Training.Tests.Trials;

public sealed class MemoryMeterSpecs
{
    [Fact]
    public void On_CPU_it_is_the_most_that_was_ever_resident()
    {
        const long taken = 512L << 20;
        using (var large = ones(taken / sizeof(float)))
            Assert.True(large.numel() > 0);
        var peak = MemoryMeter.Peak(CPU)!;
        Assert.Equal(PeakMemory.Cpu, peak.Device);
        Assert.InRange(peak.Bytes, taken, 64L << 30);
    }

    [Theory]
    [InlineData("41, 512\n42, 1024\n", 42, 1024L << 20)]
    [InlineData("42, 1024\n42, 8\n", 42, 1032L << 20)]
    [InlineData("42, [N/A]\n", 42, null)]
    [InlineData("41, 512\n", 42, null)]
    [InlineData("No running processes found\n", 42, null)]
    [InlineData("", 42, null)]
    public void On_a_GPU_it_is_the_processs_own_lines_of_the_drivers_tool(string text, int process, long? bytes) =>
        Assert.Equal(bytes, MemoryMeter.Gpu(text, process));
}
