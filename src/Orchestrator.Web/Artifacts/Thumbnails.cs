using Microsoft.Extensions.Caching.Memory;
using SkiaSharp;

namespace Orchestrator.Web.Artifacts;

/// <summary>Small PNGs of large ones, made once and kept in memory while there is room.</summary>
sealed class Thumbnails : IDisposable
{
    const long Room = 32 << 20;
    const long MostPixels = 64 << 20;

    readonly MemoryCache _cache = new(new MemoryCacheOptions { SizeLimit = Room });

    /// <returns>Null where the picture is not wider than that, or is none that can be read.</returns>
    public byte[]? Of(FileInfo picture, int width)
    {
        var key = (picture.FullName, picture.LastWriteTimeUtc, picture.Length, width);
        if (_cache.TryGetValue(key, out byte[]? kept)) return kept;
        if (Make(picture, width) is not { } made) return null;
        return _cache.Set(key, made, new MemoryCacheEntryOptions { Size = made.Length });
    }

    public void Dispose() => _cache.Dispose();

    static byte[]? Make(FileInfo picture, int width)
    {
        using var codec = SKCodec.Create(picture.FullName);
        if (codec is null || codec.Info.Width <= width || (long)codec.Info.Width * codec.Info.Height > MostPixels) return null;
        using var whole = SKBitmap.Decode(codec);
        var height = Math.Max(1, (int)Math.Round((double)whole.Height * width / whole.Width));
        using var small = whole.Resize(new SKImageInfo(width, height, SKColorType.Rgba8888, SKAlphaType.Premul), new SKSamplingOptions(SKFilterMode.Linear, SKMipmapMode.Linear));
        using var png = small?.Encode(SKEncodedImageFormat.Png, 100);
        return png?.ToArray();
    }
}
