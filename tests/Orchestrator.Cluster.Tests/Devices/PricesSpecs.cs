using Orchestrator.Cluster.Devices;

namespace Orchestrator.Cluster.Tests.Devices;

public sealed class PricesSpecs
{
    [Fact]
    public void A_gpu_has_the_price_of_the_first_name_that_is_part_of_its_own()
    {
        var prices = Prices.Parse(["H100 80GB=2.5", "h100=2", "cpu=0.04"]);
        Assert.Equal(2.5, prices.Of(Gpu("NVIDIA H100 80GB HBM3")));
        Assert.Equal(2, prices.Of(Gpu("NVIDIA H100 NVL")));
        Assert.Null(prices.Of(Gpu("NVIDIA L4")));
        Assert.Equal(0.04, prices.Of(SlotDevice.Cpu));
        Assert.Null(Prices.None.Of(SlotDevice.Cpu));
    }

    [Theory]
    [InlineData("H100")]
    [InlineData("=2")]
    [InlineData("H100=-1")]
    [InlineData("H100=dear")]
    public void What_is_no_price_is_refused(string item) =>
        Assert.Equal(
            $"expected name=price, as in H100=2.50 or cpu=0.04, found '{item}'",
            Assert.Throws<FormatException>(() => Prices.Parse([item])).Message
        );

    static SlotDevice Gpu(string name) => new(new CudaDevice(0, "GPU-1", name, null));
}
