using System.Globalization;
using Orchestrator.Evaluation.Features.Inception;
using Orchestrator.Evaluation.Images;
using Orchestrator.Evaluation.Tests.Golden;
using Orchestrator.Evaluation.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace Orchestrator.Evaluation.Tests.Features.Inception;

public sealed class InceptionNetworkSpecs(SyntheticInception inception) : IClassFixture<SyntheticInception>, IDisposable
{
    readonly DisposeScope scope = NewDisposeScope();

    public void Dispose() => scope.Dispose();

    [Theory]
    [InlineData("rgb32", 3, 32, 777)]
    [InlineData("gray28x3", 1, 28, 999)]
    public void Every_layer_has_the_golden_features(string image, int channels, int side, int offset)
    {
        var layers = inception.Network.Layers(InceptionInput.Of(Synthetic.Image(channels, side, (uint)offset), ResizeRule.Tf1Bilinear));
        foreach (var layer in (string[])["64", "192", "768", "2048", "logits_unbiased"])
            IsGolden(image, layer, layers[layer]);
    }

    [Theory]
    [InlineData("2048_clean_preproc", ResizeRule.AntialiasedBicubic)]
    [InlineData("2048_pytorch_fid_preproc", ResizeRule.HalfPixelBilinear)]
    public void Each_resize_rule_has_the_golden_features(string golden, ResizeRule rule) =>
        IsGolden("rgb32", golden, inception.Network.Layers(InceptionInput.Of(Synthetic.Image(3, 32, 777), rule))["2048"]);

    [Fact]
    public void Weights_of_another_network_are_refused_by_tensor()
    {
        var weights = Synthetic.Tensors.ToDictionary(tensor => tensor.Name, tensor => zeros(tensor.Shape));
        Refused("fc.weight is missing", () => weights.Remove("fc.weight"));
        Refused("fc.bias is [1000]", () => weights["fc.bias"] = zeros(1000));
        Refused("aux.fc.weight is not one", () => weights["aux.fc.weight"] = zeros(2));

        void Refused(string why, Action spoil)
        {
            var whole = weights.ToDictionary();
            spoil();
            Assert.Contains(why, Assert.Throws<WeightsException>(() => new InceptionNetwork(weights)).Message, StringComparison.Ordinal);
            weights = whole;
        }
    }

    static void IsGolden(string image, string layer, Tensor features)
    {
        var row = Synthetic
            .Lines("inception_features")
            .Select(line => line.Split(','))
            .Single(cells => cells[0] == image && cells[1] == layer);
        var expected = tensor(row[2].Split(' ').Select(value => double.Parse(value, CultureInfo.InvariantCulture)).ToArray());
        var found = features[0].to(ScalarType.Float64);
        var every = found.shape[0] == expected.shape[0] ? found : found[arange(0, found.shape[0], 8)];
        var error = (every - expected).abs().max().item<double>() / expected.abs().max().item<double>();
        Assert.True(error < 1e-5, $"{image}, layer {layer}: off by {error:e2} of the largest entry");
    }
}

/// <summary>The network with synthetic weights, made once for all tests of a class.</summary>
public sealed class SyntheticInception : IDisposable
{
    public SyntheticInception()
    {
        using var scope = NewDisposeScope();
        Network = new InceptionNetwork(Synthetic.Weights());
    }

    public InceptionNetwork Network { get; }

    public void Dispose() => Network.Dispose();
}
