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
        var output = is_grad_enabled() ? apply([format, images, .. weights]) : Forward(images, InFormat(weights, format), kept: null);
        return output.transpose(0, 1);
    }

    public override Tensor forward(autograd.AutogradContext context, params object[] arguments)
    {
        var (format, images) = ((ScalarType)arguments[0], ((Tensor)arguments[1]).detach());
        var weights = InFormat([.. arguments.Skip(2).Cast<Tensor>()], format);
        // In one block: were there one for each piece, what is freed between them would lie in crumbs.
        var kept = new Kept(images, weights, empty(weights[2].shape[0] * images.numel() / images.shape[0], format)).Detached();
        context.save_data(nameof(Kept), kept);
        return Forward(images, weights, kept.Activations);
    }

    public override List<Tensor?> backward(autograd.AutogradContext context, Tensor gradient)
    {
        using var scope = NewDisposeScope();
        // Before the graph is: what is still to come needs the room.
        using var kept = (Kept)context.get_data(nameof(Kept));
        var (images, weights, activations) = kept;
        var (first, second, third) = (weights[0], weights[2], weights[4]);
        var ofOutput = gradient.contiguous();
        var ofImages = empty_like(images);
        Tensor[] sums =
        [
            zeros(first.shape),
            zeros(first.shape[0], 1),
            zeros(second.shape),
            zeros(second.shape[0], 1),
            zeros(third.shape),
            ofOutput.flatten(1).sum(1).view(-1, 1, 1),
        ];
        foreach (var (start, count) in Pieces(images, weights))
        {
            using var piece = NewDisposeScope();
            var two = Part(activations, images, weights, start, count);
            var patches = ImagePlanes.Gather(ofOutput, start, count).to(two.dtype);
            AddProduct(sums[4], patches, two);
            var ofTwo = Rectify(mm(third.t(), patches), two);
            var (columns, one) = FirstLayer(images, weights, start, count);
            AddProduct(sums[2], ofTwo, one);
            sums[3].PlusInPlace(ofTwo.sum(1, keepdim: true));
            var ofOne = Rectify(mm(second.t(), ofTwo), one);
            AddProduct(sums[0], ofOne, columns);
            sums[1].PlusInPlace(ofOne.sum(1, keepdim: true));
            ImagePlanes.Scatter(mm(first.t(), ofOne).to(float32), ofImages, start);
        }

        // Nothing for the format.
        return [null, ofImages.MoveToOuterDisposeScope(), .. sums.Select(sum => sum.MoveToOuterDisposeScope())];
    }

    /// <param name="weights">As of <see cref="InFormat"/>.</param>
    /// <param name="kept">Takes the second layer's activations; null where nobody needs them.</param>
    /// <returns>[out,B,H,W].</returns>
    static Tensor Forward(Tensor images, Tensor[] weights, Tensor? kept)
    {
        using var scope = NewDisposeScope();
        var output = empty([weights[5].shape[0], .. images.shape.AsSpan(1)]);
        foreach (var (start, count) in Pieces(images, weights))
        {
            using var piece = NewDisposeScope();
            var (_, one) = FirstLayer(images, weights, start, count);
            var two = kept is null
                ? addmm(weights[3], weights[2], one, 1, 1)
                : Part(kept, images, weights, start, count).copy_(weights[3]).addmm_(weights[2], one, 1, 1);
            ImagePlanes.Scatter(mm(weights[4], two.relu_()).to(float32), output, start);
        }

        return output.PlusInPlace(weights[5].unsqueeze(1)).MoveToOuterDisposeScope();
    }

    /// <returns>The first image of each piece, and how many it has.</returns>
    static IEnumerable<(int Start, int Count)> Pieces(Tensor images, Tensor[] weights)
    {
        var batch = (int)images.shape[1];
        var most = (int)Math.Max(1, PieceSize / (weights[0].shape[0] * images.shape[2] * images.shape[3]));
        for (var start = 0; start < batch; start += most)
            yield return (start, Math.Min(most, batch - start));
    }

    /// <returns>A piece's [hidden,count·H·W] of the activations of all.</returns>
    static Tensor Part(Tensor activations, Tensor images, Tensor[] weights, int start, int count)
    {
        var (hidden, sites) = (weights[2].shape[0], images.shape[2] * images.shape[3]);
        return activations.narrow(0, hidden * sites * start, hidden * sites * count).view(hidden, sites * count);
    }

    /// <summary>All but the last bias, which is added in float32.</summary>
    static Tensor[] InFormat(Tensor[] weights, ScalarType format) =>
        [.. weights[..5].Select(weight => weight.detach().to(format)), weights[5].detach()];

    /// <returns>The columns [9 in,count·H·W] of some images, and the first layer's activations [hidden,count·H·W].</returns>
    static (Tensor Columns, Tensor Activations) FirstLayer(Tensor images, Tensor[] weights, int start, int count)
    {
        var columns = ImagePlanes.Gather(images, start, count).to(weights[0].dtype);
        return (columns, addmm(weights[1], weights[0], columns, 1, 1).relu_());
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

    /// <summary>What backward needs, freed when it has used it. The columns and the first layer's activations are not in it: they are most
    /// of the memory and little of the work, and computed again they are the same to the last bit.</summary>
    /// <param name="Images">[in,B,H,W].</param>
    /// <param name="Weights">As of <see cref="InFormat"/>.</param>
    /// <param name="Activations">The second layer's, of one piece after the other.</param>
    sealed record Kept(Tensor Images, Tensor[] Weights, Tensor Activations) : IDisposable
    {
        IEnumerable<Tensor> All => [Images, Activations, .. Weights];

        /// <summary>It outlives the scopes of the forward pass.</summary>
        public Kept Detached()
        {
            foreach (var tensor in All)
                tensor.DetachFromDisposeScope();
            return this;
        }

        public void Dispose()
        {
            foreach (var tensor in All)
                tensor.Dispose();
        }
    }
}
