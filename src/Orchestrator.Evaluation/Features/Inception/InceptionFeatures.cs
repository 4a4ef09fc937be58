using System.Runtime.InteropServices;
using System.Text.Json;
using Orchestrator.Evaluation.Images;
using Orchestrator.Evaluation.Weights;
using Orchestrator.Sweeps.Tasks;
using static TorchSharp.torch;

namespace Orchestrator.Evaluation.Features.Inception;

/// <summary>Features of the FID Inception network's layer 2048, with weights that a user brought.</summary>
public sealed class InceptionFeatures : IImageFeatures
{
    public const int Dimensions = 2048;
    const string Layer = "2048";
    const int BatchSize = 50;

    readonly Func<Tensor, Tensor> layer;
    readonly IDisposable network;

    InceptionFeatures(Func<Tensor, Tensor> layer, IDisposable network, FeatureInfo info) =>
        (this.layer, this.network, Info) = (layer, network, info);

    /// <inheritdoc/>
    public FeatureInfo Info { get; }

    /// <param name="rule">How images are resized to 299×299. A TorchScript file has <see cref="ResizeRule.Tf1Bilinear"/> built in.</param>
    /// <exception cref="WeightsException">Not weights of this network; or a TorchScript file that nobody trusts, or with another
    /// rule.</exception>
    public static InceptionFeatures Load(WeightsFile file, ResizeRule rule = ResizeRule.Tf1Bilinear)
    {
        var info = new FeatureInfo($"inception-2015-12-05/{NameOf(rule)}", file.Sha256, Layer, Dimensions);
        if (file.IsTorchScript)
            return rule == ResizeRule.Tf1Bilinear
                ? Script(file, info)
                : throw new WeightsException(
                    $"{file.Path}: a TorchScript file resizes by {NameOf(ResizeRule.Tf1Bilinear)} itself; {NameOf(rule)} needs a state dict"
                );
        using var scope = NewDisposeScope();
        try
        {
            var network = new InceptionNetwork(file.Tensors(InceptionTensors.Check));
            return new InceptionFeatures(images => InceptionLayer(network, images, rule), network, info);
        }
        catch (WeightsException wrong) when (!wrong.Message.StartsWith(file.Path, StringComparison.Ordinal))
        {
            throw new WeightsException($"{file.Path}: {wrong.Message}", wrong);
        }
    }

    /// <summary>Looks whether a file has the weights of this network, by their names and shapes; none is loaded, nor is libtorch.</summary>
    /// <exception cref="WeightsException">It has not; or it is a TorchScript file that nobody trusts.</exception>
    public static void Check(WeightsFile file)
    {
        if (file.IsTorchScript)
        {
            file.Program();
            return;
        }

        file.Tensors(found =>
        {
            InceptionTensors.Check(found);
            return [];
        });
    }

    /// <inheritdoc/>
    public Tensor Of(Tensor images)
    {
        using var scope = NewDisposeScope();
        using var gradients = no_grad();
        return cat(images.split(BatchSize).Select(layer).ToArray()).MoveToOuterDisposeScope();
    }

    public void Dispose() => network.Dispose();

    static InceptionFeatures Script(WeightsFile file, FeatureInfo info)
    {
        var program = file.Program();
        try
        {
            // From the bytes whose hash is known, not from the path, where other ones may stand by now.
            var module = jit.load<Tensor, bool, Tensor>(program);
            module.eval();
            return new InceptionFeatures(images => ScriptLayer(module, images, file.Path), module, info);
        }
        catch (Exception broken) when (broken is ExternalException or FileNotFoundException)
        {
            throw new WeightsException($"{file.Path}: libtorch does not load it as TorchScript: {broken.Message.Split('\n')[0]}", broken);
        }
    }

    static Tensor InceptionLayer(InceptionNetwork network, Tensor images, ResizeRule rule)
    {
        using var scope = NewDisposeScope();
        return network.Layers(InceptionInput.Of(images, rule))[Layer].MoveToOuterDisposeScope();
    }

    static Tensor ScriptLayer(jit.ScriptModule<Tensor, bool, Tensor> module, Tensor images, string path)
    {
        using var scope = NewDisposeScope();
        var features = module.forward(images.expand(-1, 3, -1, -1).contiguous(), true);
        return features.dim() == 2 && features.shape[1] == Dimensions
            ? features.to(ScalarType.Float32).MoveToOuterDisposeScope()
            : throw new WeightsException(
                $"{path}: forward(images, return_features = true) gave [{string.Join(", ", features.shape)}], not [n, {Dimensions}]"
            );
    }

    static string NameOf(ResizeRule rule) => JsonNamingPolicy.KebabCaseLower.ConvertName(rule.ToString());
}
