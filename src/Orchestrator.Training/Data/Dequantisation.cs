using static TorchSharp.torch;

namespace Orchestrator.Training.Data;

/// <summary>Turns pixel values into points of a density: y = (x + u)/levels - 1/2 with u uniform in [0, 1), and its likelihood back into
/// bits of the pixels.</summary>
public static class Dequantisation
{
    /// <param name="pixels">uint8 [n, C, H, W], values 0..levels-1.</param>
    /// <param name="seed">Decides the noise alone: the same on every device, and whatever was drawn before.</param>
    /// <returns>float32 [n, C, H, W] in [-1/2, 1/2].</returns>
    public static Tensor Apply(Tensor pixels, int levels, long seed)
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator((ulong)seed, CPU);
        var noise = rand(pixels.shape, float32, CPU, generator: generator);
        // A GPU fetches it from memory that stays where it is, when it comes to it: nobody waits for either.
        var there = pixels.is_cuda ? noise.pin_memory().to(pixels.device, non_blocking: true) : noise;
        return there.PlusInPlace(pixels).TimesInPlace(1.0 / levels).MinusInPlace(0.5).MoveToOuterDisposeScope();
    }

    /// <summary>Bits per dimension of the pixels from nats per dimension of y: nats/ln 2 + log2(levels).</summary>
    public static double BitsPerDim(double natsPerDim, int levels) => natsPerDim / Math.Log(2) + Math.Log2(levels);

    /// <summary>Inverse of <see cref="BitsPerDim"/>.</summary>
    public static double NatsPerDim(double bitsPerDim, int levels) => (bitsPerDim - Math.Log2(levels)) * Math.Log(2);
}
