using Orchestrator.Evaluation.Images;
using static TorchSharp.torch;

namespace Orchestrator.Evaluation.Features.Inception;

/// <summary>From bytes to what the network takes, as each of three widely used evaluations does it.</summary>
public static class InceptionInput
{
    /// <param name="images">uint8 [n, 1 or 3, H, W]; grey is repeated to three channels.</param>
    /// <returns>float32 [n, 3, 299, 299]: resized by the rule; (byte - 128)/128, but 2 byte/255 - 1 after
    /// <see cref="ResizeRule.HalfPixelBilinear"/>. The caller's.</returns>
    /// <exception cref="ArgumentException">Neither 1 nor 3 channels.</exception>
    public static Tensor Of(Tensor images, ResizeRule rule)
    {
        if (images.dim() != 4 || images.shape[1] is not (1 or 3) || images.dtype != ScalarType.Byte)
            throw new ArgumentException(
                $"Inception takes uint8 images [n, 1 or 3, H, W], not {images.dtype} [{string.Join(", ", images.shape)}]",
                nameof(images)
            );
        using var scope = NewDisposeScope();
        var pixels = images.to(ScalarType.Float32);
        if (rule == ResizeRule.HalfPixelBilinear)
            pixels = pixels.Over(255);
        var resized = Resize.To(pixels, InceptionNetwork.Side, InceptionNetwork.Side, rule);
        var ranged =
            rule == ResizeRule.HalfPixelBilinear ? resized.TimesInPlace(2).MinusInPlace(1) : resized.MinusInPlace(128).OverInPlace(128);
        return ranged.expand(-1, 3, -1, -1).contiguous().MoveToOuterDisposeScope();
    }
}
