using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using TorchSharp;
using static TorchSharp.torch;

namespace Orchestrator.Flows.Transforms;

/// <summary>The three convolutions of a coupling's network as one operation on CPU, with a backward of its own: a batch goes through in
/// pieces whose activations stay in the processor's cache.</summary>
/// <remarks>
/// A value is the same to the last bit as without pieces where a product's are; a weight's gradient is a sum over pieces. Gather and
/// scatter are each other's adjoint, so backward is forward with transposed weights.
/// </remarks>
sealed class PiecewiseNetwork : autograd.SingleTensorFunction<PiecewiseNetwork>
{
    /// <summary>Numbers in one layer of a piece: 800 kB, of a second-level cache of 1 MB and more.</summary>
    const int PieceSize = 200_000;

    public override string Name => nameof(PiecewiseNetwork);

    public static bool Takes(Tensor x) => x.device.type == DeviceType.CPU && x.dtype == float32;

    /// <param name="x">[B,in,H,W], float32 on CPU.</param>
    /// <param name="format">The number format of the products.</param>
    /// <param name="weights">Weight and bias of each layer: [hidden,9 in] and [hidden,1], [hidden,hidden] and [hidden,1], [9 out,hidden]
    /// and [out,1,1].</param>
    /// <returns>[B,out,H,W].</returns>
    public static Tensor Of(Tensor x, ScalarType format, params Tensor[] weights)
    {
        // Channels first: a row of columns is then filled along memory.
        var images = x.transpose(0, 1).contiguous();
        var output = is_grad_enabled() ? apply([format, images, .. weights]) : Forward(images, format, weights, kept: null);
        return output.transpose(0, 1);
    }

    public override Tensor forward(autograd.AutogradContext context, params object[] arguments)
    {
        List<Tensor> kept = [];
        context.save_for_backward(kept);
        return Forward((Tensor)arguments[1], (ScalarType)arguments[0], [.. arguments.Skip(2).Cast<Tensor>()], kept);
    }

    public override List<Tensor?> backward(autograd.AutogradContext context, Tensor gradient)
    {
        using var scope = NewDisposeScope();
        var kept = context.get_saved_variables();
        var (first, second, third) = (kept[0], kept[1], kept[2]);
        var ofOutput = gradient.contiguous();
        var ofImages = empty([first.shape[1] / Im2Col.Size, .. ofOutput.shape.AsSpan(1)]);
        Tensor[] sums =
        [
            zeros(first.shape),
            zeros(first.shape[0], 1),
            zeros(second.shape),
            zeros(second.shape[0], 1),
            zeros(third.shape),
            ofOutput.flatten(1).sum(1).view(-1, 1, 1),
        ];
        var (start, sites) = (0, ofOutput.shape[2] * ofOutput.shape[3]);
        foreach (var activations in kept.Skip(3).Chunk(3))
        {
            using var piece = NewDisposeScope();
            var (columns, one, two) = (activations[0], activations[1], activations[2]);
            var count = (int)(columns.shape[1] / sites);
            var patches = ImagePlanes.Gather(ofOutput, start, count).to(two.dtype);
            AddProduct(sums[4], patches, two);
            var ofTwo = Rectify(mm(third.t(), patches), two);
            AddProduct(sums[2], ofTwo, one);
            sums[3].PlusInPlace(ofTwo.sum(1, keepdim: true));
            var ofOne = Rectify(mm(second.t(), ofTwo), one);
            AddProduct(sums[0], ofOne, columns);
            sums[1].PlusInPlace(ofOne.sum(1, keepdim: true));
            start += ImagePlanes.Scatter(mm(first.t(), ofOne).to(float32), ofImages, start);
        }

        // Nothing for the format.
        return [null, ofImages.MoveToOuterDisposeScope(), .. sums.Select(sum => sum.MoveToOuterDisposeScope())];
    }

    /// <param name="kept">Takes what backward needs: the three weights in their format, and of each piece the columns and both layers'
    /// activations.</param>
    /// <returns>[out,B,H,W].</returns>
    static Tensor Forward(Tensor images, ScalarType format, Tensor[] weights, List<Tensor>? kept)
    {
        using var scope = NewDisposeScope();
        Tensor[] own = [.. weights.Select(weight => weight.detach().to(format))];
        kept?.AddRange([own[0], own[2], own[4]]);
        var output = empty([weights[5].shape[0], .. images.shape.AsSpan(1)]);
        var (batch, sites) = (images.shape[1], images.shape[2] * images.shape[3]);
        var most = Math.Max(1, PieceSize / (own[0].shape[0] * sites));
        for (var start = 0; start < batch; )
        {
            using var piece = NewDisposeScope();
            var columns = ImagePlanes.Gather(images, start, (int)Math.Min(most, batch - start)).to(format);
            var one = addmm(own[1], own[0], columns, 1, 1).relu_();
            var two = addmm(own[3], own[2], one, 1, 1).relu_();
            start += ImagePlanes.Scatter(mm(own[4], two).to(float32), output, start);
            kept?.AddRange([columns.MoveToOuterDisposeScope(), one.MoveToOuterDisposeScope(), two.MoveToOuterDisposeScope()]);
        }

        foreach (var tensor in kept ?? [])
            tensor.MoveToOuterDisposeScope();
        return output.PlusInPlace(weights[5].detach().unsqueeze(1)).MoveToOuterDisposeScope();
    }

    /// <summary>Adds left rightᵀ to a sum, in the sum's number format.</summary>
    static void AddProduct(Tensor sum, Tensor left, Tensor right)
    {
        if (left.dtype == sum.dtype)
            sum.addmm_(left, right.t(), 1, 1);
        else
            sum.PlusInPlace(mm(left, right.t()));
    }

    /// <summary>Sets gradients [.,N] to 0 where a rectified layer's activations are 0.</summary>
    static Tensor Rectify(Tensor gradients, Tensor activations)
    {
        if (gradients.dtype != float32)
            return gradients.mul_(activations.sign());
        Rectify(ImagePlanes.Numbers(gradients), ImagePlanes.Numbers(activations));
        return gradients;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void Rectify(Span<float> gradients, ReadOnlySpan<float> activations)
    {
        var wide = MemoryMarshal.Cast<float, Vector<float>>(gradients);
        var bounds = MemoryMarshal.Cast<float, Vector<float>>(activations);
        for (var i = 0; i < wide.Length; i++)
            wide[i] = Vector.ConditionalSelect(Vector.GreaterThan(bounds[i], Vector<float>.Zero), wide[i], Vector<float>.Zero);
        for (var i = wide.Length * Vector<float>.Count; i < gradients.Length; i++)
            gradients[i] = activations[i] > 0 ? gradients[i] : 0;
    }
}
