using static TorchSharp.torch;

namespace Orchestrator.Flows.Transforms;

/// <summary>Im2col: the 3×3 neighbourhoods of an image as columns, so that a convolution is one matrix product over all sites of a
/// batch.</summary>
/// <remarks>
/// With the few channels of a flow this is faster than conv2d on CPU, forward and backward, and shifts are several times faster than
/// unfold and fold. One row is one channel at all sites: sums over sites, such as a bias's gradient, then run along memory.
/// </remarks>
static class Im2Col
{
    public const int Size = 9;

    // Cropping on one side and padding with zeros on the other moves an image by one site.
    static readonly long[] Left = [-1, 1],
        Right = [1, -1],
        Up = [0, 0, -1, 1],
        Down = [0, 0, 1, -1];

    /// <summary>[B,C,H,W] to [9C,B·H·W]: each site's neighbourhood, row by row, zero beyond the border.</summary>
    public static Tensor Gather(Tensor x)
    {
        // A site sees its left neighbour where the image has moved right.
        var rows = Spread(x.transpose(0, 1), Right, Left);
        return Spread(rows, Down, Up).flatten(1);
    }

    /// <summary>[9C,B·H·W] to [B,C,H,W]: each site gives to its neighbourhood, and what falls beyond the border is dropped.</summary>
    public static Tensor Scatter(Tensor columns, long batch, long height, long width)
    {
        var rows = Collect(columns.view(-1, batch, height, width), Up, Down);
        return Collect(rows, Left, Right).transpose(0, 1);
    }

    /// <summary>A 3×3 convolution [B,C,H,W] to [B,O,H,W] with weight [O,C,3,3], zero beyond the border, and bias [O].</summary>
    /// <remarks>
    /// Not conv2d: on CPUs with AVX-512 its gradient by x reads memory that was never written where O is no multiple of 8 (libtorch 2.10),
    /// and is NaN whenever that memory held one.
    /// </remarks>
    public static Tensor Convolve(Tensor x, Tensor weight, Tensor bias)
    {
        // Columns have their rows by neighbour first and channel last.
        var product = addmm(bias.unsqueeze(1), weight.permute(0, 2, 3, 1).flatten(1), Gather(x), 1, 1);
        return product.view(-1, x.shape[0], x.shape[2], x.shape[3]).transpose(0, 1);
    }

    static Tensor Spread(Tensor image, long[] before, long[] after) =>
        cat([nn.functional.pad(image, before), image, nn.functional.pad(image, after)]);

    static Tensor Collect(Tensor images, long[] before, long[] after)
    {
        var parts = images.chunk(3);
        return nn.functional.pad(parts[0], before).Plus(parts[1]).Plus(nn.functional.pad(parts[2], after));
    }
}
