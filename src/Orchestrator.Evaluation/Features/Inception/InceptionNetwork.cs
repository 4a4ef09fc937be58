using Orchestrator.Evaluation.Weights;
using static TorchSharp.torch;
using static TorchSharp.torch.nn.functional;

namespace Orchestrator.Evaluation.Features.Inception;

/// <summary>The Inception network of 2015-12-05 that FID is defined on (Heusel et al. 2017, arXiv 1706.08500), evaluation only.</summary>
/// <remarks>
/// Unlike the Inception v3 of model zoos: 1008 outputs; average pools that leave the padding out of the mean in the blocks A, C and the
/// first E; a max pool in the last E block. Batch normalisation (eps 1e-3) is folded into the convolutions, which have no bias of their
/// own.
/// </remarks>
public sealed class InceptionNetwork : IDisposable
{
    /// <summary>Side of the images that it takes.</summary>
    public const int Side = 299;

    const double Epsilon = 1e-3;

    readonly Dictionary<string, (Tensor Weight, Tensor Bias)> convolutions;
    readonly Tensor classifier;

    /// <param name="weights">The 472 tensors of a state dict; read, not kept. Counters of batches are passed over.</param>
    /// <exception cref="WeightsException">A tensor is missing, too many, or of another shape.</exception>
    public InceptionNetwork(IReadOnlyDictionary<string, Tensor> weights, Device? device = null)
    {
        InceptionTensors.Check(weights.ToDictionary(tensor => tensor.Key, tensor => tensor.Value.shape));
        using var scope = NewDisposeScope();
        using var gradients = no_grad();
        convolutions = InceptionTensors.Convolutions.ToDictionary(name => name, name => Folded(weights, name, device ?? CPU));
        classifier = weights["fc.weight"].to(ScalarType.Float32, device ?? CPU).t().contiguous().DetachFromDisposeScope();
    }

    /// <param name="images">float32 [n, 3, 299, 299], (byte - 128) / 128.</param>
    /// <returns>float32 [n, d] by layer: 64, 192, 768, 2048 and logits_unbiased (1008); the caller's.</returns>
    public IReadOnlyDictionary<string, Tensor> Layers(Tensor images)
    {
        using var scope = NewDisposeScope();
        using var gradients = no_grad();
        var found = new Dictionary<string, Tensor>();
        var stem = MaxPool(Same("Conv2d_2b_3x3", Valid("Conv2d_2a_3x3", Valid("Conv2d_1a_3x3", images, stride: 2))));
        found["64"] = Mean(stem);
        var early = MaxPool(Valid("Conv2d_4a_3x3", Valid("Conv2d_3b_1x1", stem)));
        found["192"] = Mean(early);
        var middle = C(
            "Mixed_6e",
            C("Mixed_6d", C("Mixed_6c", C("Mixed_6b", B("Mixed_6a", A("Mixed_5d", A("Mixed_5c", A("Mixed_5b", early)))))))
        );
        found["768"] = Mean(middle);
        found["2048"] = Mean(
            E("Mixed_7c", E("Mixed_7b", D("Mixed_7a", middle), AveragePool), x => max_pool2d(x, 3, stride: 1, padding: 1))
        );
        found["logits_unbiased"] = found["2048"].mm(classifier);
        foreach (var layer in found.Values)
            layer.MoveToOuterDisposeScope();
        return found;
    }

    public void Dispose()
    {
        classifier.Dispose();
        foreach (var (weight, bias) in convolutions.Values)
        {
            weight.Dispose();
            bias.Dispose();
        }
    }

    Tensor A(string block, Tensor x) =>
        InScope(() =>
            cat(
                [
                    Same($"{block}.branch1x1", x),
                    Chain(block, x, "branch5x5_1", "branch5x5_2"),
                    Chain(block, x, "branch3x3dbl_1", "branch3x3dbl_2", "branch3x3dbl_3"),
                    Same($"{block}.branch_pool", AveragePool(x)),
                ],
                1
            )
        );

    Tensor B(string block, Tensor x) =>
        InScope(() =>
            cat(
                [
                    Valid($"{block}.branch3x3", x, stride: 2),
                    Valid($"{block}.branch3x3dbl_3", Chain(block, x, "branch3x3dbl_1", "branch3x3dbl_2"), stride: 2),
                    MaxPool(x),
                ],
                1
            )
        );

    Tensor C(string block, Tensor x) =>
        InScope(() =>
            cat(
                [
                    Same($"{block}.branch1x1", x),
                    Chain(block, x, "branch7x7_1", "branch7x7_2", "branch7x7_3"),
                    Chain(block, x, "branch7x7dbl_1", "branch7x7dbl_2", "branch7x7dbl_3", "branch7x7dbl_4", "branch7x7dbl_5"),
                    Same($"{block}.branch_pool", AveragePool(x)),
                ],
                1
            )
        );

    Tensor D(string block, Tensor x) =>
        InScope(() =>
            cat(
                [
                    Valid($"{block}.branch3x3_2", Same($"{block}.branch3x3_1", x), stride: 2),
                    Valid($"{block}.branch7x7x3_4", Chain(block, x, "branch7x7x3_1", "branch7x7x3_2", "branch7x7x3_3"), stride: 2),
                    MaxPool(x),
                ],
                1
            )
        );

    Tensor E(string block, Tensor x, Func<Tensor, Tensor> pool) =>
        InScope(() =>
        {
            var single = Same($"{block}.branch3x3_1", x);
            var twofold = Chain(block, x, "branch3x3dbl_1", "branch3x3dbl_2");
            return cat(
                [
                    Same($"{block}.branch1x1", x),
                    Same($"{block}.branch3x3_2a", single),
                    Same($"{block}.branch3x3_2b", single),
                    Same($"{block}.branch3x3dbl_3a", twofold),
                    Same($"{block}.branch3x3dbl_3b", twofold),
                    Same($"{block}.branch_pool", pool(x)),
                ],
                1
            );
        });

    Tensor Chain(string block, Tensor x, params string[] names) => names.Aggregate(x, (value, name) => Same($"{block}.{name}", value));

    /// <summary>Convolution that keeps height and width.</summary>
    Tensor Same(string name, Tensor x)
    {
        var kernel = convolutions[name].Weight.shape;
        return Convolve(name, x, 1, [kernel[2] / 2, kernel[3] / 2]);
    }

    /// <summary>Convolution without padding.</summary>
    Tensor Valid(string name, Tensor x, long stride = 1) => Convolve(name, x, stride, [0, 0]);

    Tensor Convolve(string name, Tensor x, long stride, long[] padding)
    {
        var (weight, bias) = convolutions[name];
        return conv2d(x, weight, bias, [stride, stride], padding).relu_();
    }

    static Tensor MaxPool(Tensor x) => max_pool2d(x, 3, stride: 2);

    static Tensor AveragePool(Tensor x) => avg_pool2d(x, 3, stride: 1, padding: 1, count_include_pad: false);

    static Tensor Mean(Tensor x) => x.mean([2, 3]);

    static Tensor InScope(Func<Tensor> block)
    {
        using var scope = NewDisposeScope();
        return block().MoveToOuterDisposeScope();
    }

    static (Tensor Weight, Tensor Bias) Folded(IReadOnlyDictionary<string, Tensor> weights, string name, Device device)
    {
        using var scope = NewDisposeScope();
        var scale = Double("bn.weight") / Double("bn.running_var").Plus(Epsilon).sqrt();
        var weight = (Double("conv.weight") * scale.reshape(-1, 1, 1, 1)).to(ScalarType.Float32, device);
        var bias = (Double("bn.bias") - Double("bn.running_mean") * scale).to(ScalarType.Float32, device);
        return (weight.DetachFromDisposeScope(), bias.DetachFromDisposeScope());

        Tensor Double(string part) => weights[$"{name}.{part}"].to(ScalarType.Float64);
    }
}
