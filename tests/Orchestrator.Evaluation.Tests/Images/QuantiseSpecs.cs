using Orchestrator.Evaluation.Images;
using Orchestrator.Training.Data;
using static TorchSharp.torch;

namespace Orchestrator.Evaluation.Tests.Images;

public sealed class QuantiseSpecs
{
    [Theory]
    [InlineData(17)]
    [InlineData(256)]
    public void Dequantised_levels_come_back(int levels)
    {
        using var scope = NewDisposeScope();
        var all = arange(levels).to(ScalarType.Byte).reshape(1, 1, 1, levels);
        for (var seed = 0; seed < 50; seed++)
            Assert.Equal(
                all.data<byte>().ToArray(),
                Quantise.ToLevels(Dequantisation.Apply(all, levels, seed), levels).data<byte>().ToArray()
            );
    }

    [Fact]
    public void What_lies_outside_is_clamped() =>
        Assert.Equal([0, 0, 16, 16], Quantise.ToLevels(tensor([-7.0, -0.5, 0.5, 1e30]), 17).data<byte>().ToArray());

    [Fact]
    public void Levels_spread_over_all_bytes()
    {
        Assert.Equal([0, 16, 128, 255], Quantise.ToBytes(tensor(new byte[] { 0, 1, 8, 16 }), 17).data<byte>().ToArray());
        var bytes = Enumerable.Range(0, 256).Select(i => (byte)i).ToArray();
        Assert.Equal(bytes, Quantise.ToBytes(tensor(bytes), 256).data<byte>().ToArray());
    }

    [Fact]
    public void Pixels_that_are_no_numbers_are_refused_and_counted()
    {
        var refused = Assert.Throws<NonFinitePixelsException>(() =>
            Quantise.ToLevels(tensor([0.1, double.NaN, double.PositiveInfinity]), 17)
        );
        Assert.Contains("2 of 3", refused.Message, StringComparison.Ordinal);
    }
}
