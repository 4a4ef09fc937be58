using Orchestrator.Evaluation.Features.Inception;
using Orchestrator.Evaluation.Images;
using Orchestrator.Evaluation.Tests.Golden;
using Orchestrator.Evaluation.Weights;
using Orchestrator.Training.Checkpoints;
using TorchSharp;
using static TorchSharp.torch;

namespace Orchestrator.Evaluation.Tests.Features.Inception;

public sealed class InceptionFeaturesSpecs : IDisposable
{
    readonly TemporaryFolder folder = new();
    readonly DisposeScope scope = NewDisposeScope();

    public void Dispose()
    {
        scope.Dispose();
        folder.Dispose();
    }

    [Fact]
    public void Weights_from_a_file_name_the_features_by_hash_and_rule()
    {
        var path = folder.At("weights");
        var tensors = Synthetic.Weights().Select(entry => StoredTensor.From(entry.Key, entry.Value));
        File.WriteAllBytes(path, Safetensors.Write(tensors.Append(StoredTensor.From("Conv2d_1a_3x3.bn.num_batches_tracked", tensor(0L)))));
        var file = WeightsFile.Open(path);
        using var features = InceptionFeatures.Load(file, ResizeRule.AntialiasedBicubic);
        Assert.Equal(
            ("inception-2015-12-05/antialiased-bicubic", file.Sha256, "2048", 2048),
            (features.Info.Name, features.Info.Sha256, features.Info.Layer, features.Info.Dimensions)
        );

        var image = Synthetic.Image(3, 32, 777);
        using var network = new InceptionNetwork(Synthetic.Weights());
        var expected = network.Layers(InceptionInput.Of(image, ResizeRule.AntialiasedBicubic))["2048"];
        Assert.True((features.Of(image) - expected).abs().max().item<float>() < 1e-5);
    }

    [Fact]
    public void A_torchscript_file_is_called_on_colour_images_of_bytes_and_asked_for_features()
    {
        ScriptFile.Write(folder.At("inception.pt"), "torch.repeat(torch.flatten(torch.mean(torch.to(x, 6), [1]), 1), [1, 128])");
        var file = WeightsFile.Open(folder.At("inception.pt"));
        Assert.True(file.IsTorchScript);
        Assert.Contains(
            $"(SHA-256 {file.Sha256})",
            Assert.Throws<WeightsException>(() => InceptionFeatures.Load(file)).Message,
            StringComparison.Ordinal
        );
        file = file.Trusted();
        using var features = InceptionFeatures.Load(file);
        var grey = Synthetic.Image(1, 4, 999);
        Assert.Equal(
            grey.to(ScalarType.Float32).flatten().repeat(2048 / 16).data<float>().ToArray()[..64],
            features.Of(grey)[0].data<float>().ToArray()[..64]
        );
        Assert.Contains(
            "resizes by tf1-bilinear itself",
            Assert.Throws<WeightsException>(() => InceptionFeatures.Load(file, ResizeRule.AntialiasedBicubic)).Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void Files_that_are_not_this_network_are_refused()
    {
        File.WriteAllBytes(folder.At("other"), Safetensors.Write([StoredTensor.From("one", zeros(2))]));
        Assert.StartsWith(
            $"{folder.At("other")}: tensor Conv2d_1a_3x3.bn.bias is missing",
            Assert.Throws<WeightsException>(() => InceptionFeatures.Load(WeightsFile.Open(folder.At("other")))).Message,
            StringComparison.Ordinal
        );
        ScriptFile.Write(folder.At("narrow.pt"), "torch.flatten(torch.to(x, 6), 1)");
        using var narrow = InceptionFeatures.Load(WeightsFile.Open(folder.At("narrow.pt")).Trusted());
        Assert.Contains(
            "gave [1, 48], not [n, 2048]",
            Assert.Throws<WeightsException>(() => narrow.Of(Synthetic.Image(1, 4, 999))).Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void Two_channels_are_no_image() =>
        Assert.Throws<ArgumentException>(() => InceptionInput.Of(zeros([1, 2, 8, 8], ScalarType.Byte), ResizeRule.Tf1Bilinear));
}
