using Orchestrator.Training.Data;
using static TorchSharp.torch;

namespace Orchestrator.Training.Tests.Data;

public sealed class DequantisationSpecs
{
    [Fact]
    public void Every_value_stays_in_its_own_bin()
    {
        using var scope = NewDisposeScope();
        var pixels = randint(0, 17, [64, 1, 8, 8], ScalarType.Byte);
        var y = Dequantisation.Apply(pixels, 17, seed: 5);
        Assert.Equal(pixels.data<byte>().ToArray(), ((y.to(float64) + 0.5) * 17).floor().to(uint8).data<byte>().ToArray());
    }

    [Fact]
    public void Noise_depends_on_its_seed_alone()
    {
        using var scope = NewDisposeScope();
        var pixels = zeros([4, 1, 8, 8], ScalarType.Byte);
        var first = Dequantisation.Apply(pixels, 256, seed: 5).data<float>().ToArray();
        _ = rand(100);
        Assert.Equal(first, Dequantisation.Apply(pixels, 256, seed: 5).data<float>().ToArray());
        Assert.NotEqual(first, Dequantisation.Apply(pixels, 256, seed: 6).data<float>().ToArray());
    }

    [Fact]
    public void Noise_is_uniform_over_the_bin()
    {
        using var scope = NewDisposeScope();
        var u = (Dequantisation.Apply(zeros([100_000], ScalarType.Byte), 1, seed: 5) + 0.5).to(float64);
        Assert.Equal(0.5, u.mean().item<double>(), 0.005);
        Assert.Equal(1 / 12.0, u.var().item<double>(), 0.002);
    }

    [Fact]
    public void A_uniform_density_over_the_unit_cube_costs_exactly_the_bits_of_the_pixels()
    {
        Assert.Equal(8, Dequantisation.BitsPerDim(0, 256));
        Assert.Equal(1, Dequantisation.BitsPerDim(Math.Log(2), 1));
        Assert.Equal(0.7, Dequantisation.NatsPerDim(Dequantisation.BitsPerDim(0.7, 17), 17), 1e-12);
    }
}
