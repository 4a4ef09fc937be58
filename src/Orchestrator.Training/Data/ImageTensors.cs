using static TorchSharp.torch;

namespace Orchestrator.Training.Data;

/// <summary>One split as a tensor on a device, so that a batch is one gather.</summary>
public sealed class ImageTensors : IDisposable
{
    readonly Tensor pixels;

    public ImageTensors(ImageSplit split, Device device)
    {
        using var scope = NewDisposeScope();
        var shape = split.Shape;
        pixels = tensor(split.Pixels, ScalarType.Byte)
            .reshape(split.Count, shape.Channels, shape.Height, shape.Width)
            .to(device)
            .DetachFromDisposeScope();
    }

    public Device Device => pixels.device;

    public long Count => pixels.shape[0];

    /// <returns>Pixel values 0..levels-1, uint8 [indices, C, H, W]; the caller's.</returns>
    public Tensor Batch(ReadOnlySpan<int> indices)
    {
        using var positions = tensor(indices.ToArray()).to(pixels.device);
        return Batch(positions);
    }

    /// <param name="positions">Whole numbers [n], on the device of the images.</param>
    /// <returns>As of <see cref="Batch(ReadOnlySpan{int})"/>.</returns>
    public Tensor Batch(Tensor positions) => pixels.index_select(0, positions);

    /// <returns>Images start..start+count-1, uint8 [count, C, H, W]; a view.</returns>
    public Tensor Range(long start, long count) => pixels.narrow(0, start, count);

    public void Dispose() => pixels.Dispose();
}
