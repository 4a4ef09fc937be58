using System.Globalization;
using Orchestrator.Evaluation.Images;
using Orchestrator.Evaluation.Tests.Golden;
using TorchSharp;
using static TorchSharp.torch;

namespace Orchestrator.Evaluation.Tests.Images;

public sealed class ResizeSpecs : IDisposable
{
    readonly DisposeScope scope = NewDisposeScope();

    public void Dispose() => scope.Dispose();

    [Theory]
    [InlineData("in8", "up19_tf1_bilinear", ResizeRule.Tf1Bilinear)]
    [InlineData("in8", "up19_half_pixel_bilinear", ResizeRule.HalfPixelBilinear)]
    [InlineData("in8", "up19_pil_bicubic_clipped", ResizeRule.AntialiasedBicubic)]
    [InlineData("in20", "down7_tf1_bilinear", ResizeRule.Tf1Bilinear)]
    [InlineData("in20", "down7_half_pixel_bilinear", ResizeRule.HalfPixelBilinear)]
    [InlineData("in20", "down7_pil_bicubic_antialias_clipped", ResizeRule.AntialiasedBicubic)]
    public void Images_of_any_size_are_the_golden_ones(string from, string to, ResizeRule rule)
    {
        var expected = Golden(to);
        var resized = Resize.To(Golden(from).to(ScalarType.Float32), (int)expected.shape[0], (int)expected.shape[1], rule);
        Assert.True((resized.to(ScalarType.Float64) - expected).abs().max().item<double>() < 1e-4);
    }

    [Theory]
    [InlineData(ResizeRule.Tf1Bilinear)]
    [InlineData(ResizeRule.HalfPixelBilinear)]
    [InlineData(ResizeRule.AntialiasedBicubic)]
    public void An_image_keeps_its_own_size_and_a_flat_one_its_shade(ResizeRule rule)
    {
        var image = Golden("in8").to(ScalarType.Float32);
        Assert.True((Resize.To(image, 8, 8, rule) - image).abs().max().item<float>() < 1e-4);
        Assert.True((Resize.To(full([2, 3, 5, 9], 77f), 31, 4, rule) - 77).abs().max().item<float>() < 1e-4);
    }

    static Tensor Golden(string name)
    {
        var cells = Synthetic.Lines("resize").Select(line => line.Split(',')).Single(cells => cells[0] == name);
        var shape = cells[1..3].Select(size => long.Parse(size, CultureInfo.InvariantCulture)).ToArray();
        return tensor(cells[3].Split(' ').Select(value => double.Parse(value, CultureInfo.InvariantCulture)).ToArray(), shape);
    }
}
