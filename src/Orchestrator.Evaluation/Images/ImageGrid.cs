using System.Runtime.InteropServices;
using SkiaSharp;
using static TorchSharp.torch;

namespace Orchestrator.Evaluation.Images;

/// <summary>Images side by side in one PNG; equal images give equal bytes.</summary>
public static class ImageGrid
{
    const int Gap = 1;
    const byte GapShade = 96;

    /// <summary>Smallest side, in pixels, to which an image is enlarged by a whole factor.</summary>
    const int LegibleSide = 56;

    /// <summary>Rows of <paramref name="columns"/> images, in order; an interpolation has one path per row.</summary>
    /// <param name="images">uint8 [N, C, H, W] with C = 1 (grey) or 3 (red, green, blue).</param>
    public static byte[] Png(Tensor images, int columns)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(columns, 1);
        if (images.dim() != 4 || images.shape[0] == 0 || images.shape[1] is not (1 or 3) || images.dtype != ScalarType.Byte)
            throw new ArgumentException(
                $"an image grid shows uint8 images [N, 1 or 3, H, W], not {images.dtype} [{string.Join(", ", images.shape)}]",
                nameof(images)
            );
        using var scope = NewDisposeScope();
        using var grid = Bitmap(Tiled(images, columns));
        using var encoded = grid.Encode(SKEncodedImageFormat.Png, 100);
        return encoded.ToArray();
    }

    /// <returns>uint8 [rows, width, C]: enlarged by nearest neighbour, with gaps around every image.</returns>
    static Tensor Tiled(Tensor images, int columns)
    {
        var (n, c, h, w) = (images.shape[0], images.shape[1], images.shape[2], images.shape[3]);
        var factor = Math.Max(1, (LegibleSide + Math.Min(h, w) - 1) / Math.Min(h, w));
        var rows = (n + columns - 1) / columns;
        var missing = TensorArithmetic.Full([rows * columns - n, c, h, w], GapShade, ScalarType.Byte);
        var enlarged = cat([images.cpu(), missing]).repeat_interleave(factor, 2).repeat_interleave(factor, 3);
        var framed = nn.functional.pad(enlarged, [0, Gap, 0, Gap], value: GapShade);
        var (tileHeight, tileWidth) = (h * factor + Gap, w * factor + Gap);
        var grid = framed
            .reshape(rows, columns, c, tileHeight, tileWidth)
            .permute(2, 0, 3, 1, 4)
            .reshape(c, rows * tileHeight, columns * tileWidth);
        return nn.functional.pad(grid, [Gap, 0, Gap, 0], value: GapShade).permute(1, 2, 0);
    }

    static SKBitmap Bitmap(Tensor tiled)
    {
        var (height, width, channels) = ((int)tiled.shape[0], (int)tiled.shape[1], tiled.shape[2]);
        var opaque = TensorArithmetic.Full([height, width, 1], byte.MaxValue, ScalarType.Byte);
        var bytes = (channels == 1 ? tiled : cat([tiled, opaque], 2)).contiguous().data<byte>().ToArray();
        var bitmap = new SKBitmap(
            new SKImageInfo(width, height, channels == 1 ? SKColorType.Gray8 : SKColorType.Rgba8888, SKAlphaType.Opaque)
        );
        for (var (row, length) = (0, bytes.Length / height); row < height; row++)
            Marshal.Copy(bytes, row * length, bitmap.GetPixels() + row * bitmap.RowBytes, length);
        return bitmap;
    }
}
