using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace Orchestrator.Flows.Transforms;

/// <summary><see cref="Im2Col"/> on some images of a batch [C,B,H,W] of float32, contiguous in the processor's memory.</summary>
/// <remarks>
/// Copies along memory; with tensors it is some fifty operations, each of which does little. Compiled for speed at the
/// first call: a short training ends before the runtime finds out what is hot.
/// </remarks>
readonly ref struct ImagePlanes
{
    // Of the three rows and columns of a neighbourhood.
    const int Before = 0,
        Here = 1,
        After = 2;

    readonly Span<float> planes;
    readonly Span<float> columns;
    readonly int channels;
    readonly int batch;
    readonly int width;
    readonly int size;
    readonly int first;
    readonly int count;

    ImagePlanes(Tensor images, Tensor columns, int first)
    {
        planes = Numbers(images);
        this.columns = Numbers(columns);
        (channels, batch, width) = ((int)images.shape[0], (int)images.shape[1], (int)images.shape[3]);
        size = (int)images.shape[2] * width;
        this.first = first;
        count = (int)columns.shape[1] / size;
    }

    /// <returns>The columns [9C,count·H·W] of the images first..first+count-1.</returns>
    public static Tensor Gather(Tensor images, int first, int count)
    {
        var columns = empty(Im2Col.Size * images.shape[0], count * images.shape[2] * images.shape[3]);
        var piece = new ImagePlanes(images, columns, first);
        for (var channel = 0; channel < piece.channels; channel++)
        for (var image = 0; image < count; image++)
            piece.Gather(channel, image);
        return columns;
    }

    /// <summary>Sets the images from <paramref name="first"/> on to the sums of what columns [9C,count·H·W] give to each site; uses up the
    /// columns.</summary>
    public static void Scatter(Tensor columns, Tensor images, int first)
    {
        var piece = new ImagePlanes(images, columns, first);
        for (var channel = 0; channel < piece.channels; channel++)
        for (var image = 0; image < piece.count; image++)
            piece.Scatter(channel, image);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    void Gather(int channel, int image)
    {
        var plane = Plane(channel, image);
        for (var column = Before; column <= After; column++)
        {
            var here = Block(Here, column, channel, image);
            switch (column)
            {
                case Before:
                    plane[..^1].CopyTo(here[1..]);
                    ClearColumn(here, 0);
                    break;
                case Here:
                    plane.CopyTo(here);
                    break;
                default:
                    plane[1..].CopyTo(here);
                    ClearColumn(here, width - 1);
                    break;
            }
            var above = Block(Before, column, channel, image);
            above[..width].Clear();
            here[..^width].CopyTo(above[width..]);
            var below = Block(After, column, channel, image);
            here[width..].CopyTo(below);
            below[^width..].Clear();
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    void Scatter(int channel, int image)
    {
        for (var column = Before; column <= After; column++)
        {
            var here = Block(Here, column, channel, image);
            Add(here[..^width], Block(Before, column, channel, image)[width..]);
            Add(here[width..], Block(After, column, channel, image)[..^width]);
        }
        var left = Block(Here, Before, channel, image);
        var right = Block(Here, After, channel, image);
        ClearColumn(left, 0);
        ClearColumn(right, width - 1);
        var plane = Plane(channel, image);
        Block(Here, Here, channel, image).CopyTo(plane);
        Add(plane[..^1], left[1..]);
        Add(plane[1..], right[..^1]);
    }

    Span<float> Plane(int channel, int image) => planes.Slice((channel * batch + first + image) * size, size);

    /// <summary>An image's sites in the columns' row of a neighbour and a channel.</summary>
    Span<float> Block(int row, int column, int channel, int image) =>
        columns.Slice((((row * 3 + column) * channels + channel) * count + image) * size, size);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    void ClearColumn(Span<float> plane, int column)
    {
        for (var site = column; site < plane.Length; site += width)
            plane[site] = 0;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void Add(Span<float> sums, ReadOnlySpan<float> terms)
    {
        var wide = MemoryMarshal.Cast<float, Vector<float>>(sums);
        var more = MemoryMarshal.Cast<float, Vector<float>>(terms);
        for (var i = 0; i < wide.Length; i++)
            wide[i] += more[i];
        for (var i = wide.Length * Vector<float>.Count; i < sums.Length; i++)
            sums[i] += terms[i];
    }

    /// <summary>The numbers of a contiguous tensor of float32 in the processor's memory.</summary>
    public static Span<float> Numbers(Tensor tensor) => MemoryMarshal.Cast<byte, float>(tensor.bytes);
}
