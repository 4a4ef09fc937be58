using Orchestrator.Flows.Transforms;

namespace Orchestrator.Training.Data;

/// <summary>The images of one split, in an order that never changes.</summary>
/// <param name="Pixels">One byte a pixel, image after image, each channel by channel, row by row.</param>
/// <param name="Labels">One class an image.</param>
public sealed record ImageSplit(ImageShape Shape, byte[] Pixels, byte[] Labels)
{
    public int Count => Labels.Length;

    public ReadOnlySpan<byte> Image(int index) => Pixels.AsSpan(index * Shape.Dimension, Shape.Dimension);

    /// <summary>Copies the images named by <paramref name="indices"/>, in that order.</summary>
    public ImageSplit Select(ReadOnlySpan<int> indices)
    {
        var pixels = new byte[indices.Length * Shape.Dimension];
        var labels = new byte[indices.Length];
        for (var i = 0; i < indices.Length; i++)
        {
            Image(indices[i]).CopyTo(pixels.AsSpan(i * Shape.Dimension));
            labels[i] = Labels[indices[i]];
        }

        return new ImageSplit(Shape, pixels, labels);
    }
}
