using static TorchSharp.torch;

namespace Orchestrator.Evaluation.Images;

/// <summary>From pixels of [-1/2, 1/2] to bytes, one rule for real and generated images alike.</summary>
public static class Quantise
{
    /// <param name="pixels">Any shape, floating; what lies outside [-1/2, 1/2] is clamped.</param>
    /// <param name="levels">Number of levels L of the data set, 2..256; level k covers [k/L - 1/2, (k+1)/L - 1/2).</param>
    /// <returns>uint8 of the same shape, 0..L-1.</returns>
    /// <exception cref="NonFinitePixelsException">Any NaN or infinity.</exception>
    public static Tensor ToLevels(Tensor pixels, int levels)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(levels, 2);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(levels, 256);
        using var scope = NewDisposeScope();
        var broken = pixels.isfinite().logical_not_().sum().item<long>();
        if (broken > 0)
            throw new NonFinitePixelsException(broken, pixels.numel());
        return pixels.Plus(0.5).Times(levels).floor_().ClampInPlace(0, levels - 1).to(ScalarType.Byte).MoveToOuterDisposeScope();
    }

    /// <summary>Spreads levels over the bytes: level k of L becomes 255 k / (L - 1), rounded; 256 levels stay as they are.</summary>
    /// <param name="levelled">uint8, 0..L-1.</param>
    public static Tensor ToBytes(Tensor levelled, int levels)
    {
        using var scope = NewDisposeScope();
        return levelled.to(ScalarType.Float32).Times(255.0 / (levels - 1)).round_().to(ScalarType.Byte).MoveToOuterDisposeScope();
    }
}

/// <summary>A flow produced pixels that are no numbers, so it has no score.</summary>
public sealed class NonFinitePixelsException(long count, long of) : ArithmeticException($"{count} of {of} pixel values are not finite");
