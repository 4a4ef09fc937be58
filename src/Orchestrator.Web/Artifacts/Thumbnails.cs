using Microsoft.Extensions.Caching.Memory;
using SkiaSharp;

namespace Orchestrator.Web.Artifacts;

/// <summary>Small PNGs of large ones, made one at a time and kept in memory while there is room.</summary>
sealed class Thumbnails : IDisposable
{
    const long Room = 32 << 20;

    /// <summary>A larger picture is given as it is: in memory it takes four bytes a pixel.</summary>
    const long MostPixels = 16 << 20;

    // Few, so that nobody can have one picture made in a thousand sizes.
    static readonly int[] Widths = [16, 32, 64, 128, 256, 512, 1024, 2048];

    readonly MemoryCache _cache = new(new MemoryCacheOptions { SizeLimit = Room });
    readonly SemaphoreSlim _one = new(1);

    public static int Narrowest => Widths[0];

    public static int Widest => Widths[^1];

    /// <summary>The width that is made for one that was asked for: the next one that is as wide.</summary>
    public static int WidthFor(int asked) => Widths.First(width => width >= asked);

    /// <param name="width">A width of <see cref="WidthFor"/>.</param>
    /// <returns>Null where the picture is not wider than that, or is none that can be read.</returns>
    public async Task<byte[]?> GetAsync(FileInfo picture, int width, CancellationToken cancel)
    {
        var key = (picture.FullName, picture.LastWriteTimeUtc, picture.Length, width);
        if (_cache.TryGetValue(key, out byte[]? kept))
            return kept;
        await _one.WaitAsync(cancel);
        try
        {
            if (_cache.TryGetValue(key, out kept))
                return kept;
            return Make(picture, width) is { } made ? _cache.Set(key, made, new MemoryCacheEntryOptions { Size = made.Length }) : null;
        }
        finally
        {
            _one.Release();
        }
    }

    public void Dispose()
    {
        _cache.Dispose();
        _one.Dispose();
    }

    static byte[]? Make(FileInfo picture, int width)
    {
        using var codec = SKCodec.Create(picture.FullName);
        if (codec is null || codec.Info.Width <= width || (long)codec.Info.Width * codec.Info.Height > MostPixels)
            return null;
        using var whole = SKBitmap.Decode(codec);
        var height = Math.Max(1, (int)Math.Round((double)whole.Height * width / whole.Width));
        using var small = whole.Resize(
            new SKImageInfo(width, height, SKColorType.Rgba8888, SKAlphaType.Premul),
            new SKSamplingOptions(SKFilterMode.Linear, SKMipmapMode.Linear)
        );
        using var png = small?.Encode(SKEncodedImageFormat.Png, 100);
        return png?.ToArray();
    }
}
