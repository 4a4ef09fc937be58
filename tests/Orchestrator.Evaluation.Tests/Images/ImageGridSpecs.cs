using Orchestrator.Evaluation.Images;
using SkiaSharp;
using TorchSharp;
using static TorchSharp.torch;

namespace Orchestrator.Evaluation.Tests.Images;

public sealed class ImageGridSpecs : IDisposable
{
    readonly DisposeScope scope = NewDisposeScope();

    public void Dispose() => scope.Dispose();

    [Fact]
    public void Grey_images_stand_in_reading_order_enlarged_and_apart()
    {
        // 8×8 images are enlarged 7 times, to 56; tiles are 57 apart, from pixel 1.
        var images = stack(Enumerable.Range(0, 5).Select(i => full([1, 8, 8], 40 * i, ScalarType.Byte)).ToArray());
        images[1, 0, 0, 7] = 255;
        using var grid = SKBitmap.Decode(ImageGrid.Png(images, columns: 3));
        Assert.Equal((3 * 57 + 1, 2 * 57 + 1), (grid.Width, grid.Height));
        for (var i = 0; i < 5; i++)
            Assert.Equal(40 * i, grid.GetPixel(1 + i % 3 * 57 + 28, 1 + i / 3 * 57 + 28).Red);
        Assert.Equal(255, grid.GetPixel(57 + 56, 7).Red);
        Assert.Equal(40, grid.GetPixel(57 + 56, 8).Red);
        Assert.Equal(40, grid.GetPixel(57 + 49, 7).Red);
        Assert.Equal(96, grid.GetPixel(57, 20).Red);
        Assert.Equal(96, grid.GetPixel(0, 0).Red);
        Assert.Equal(96, grid.GetPixel(2 * 57 + 20, 57 + 20).Red);
    }

    [Fact]
    public void Colours_keep_their_channels()
    {
        var image = tensor(new byte[] { 10, 20, 30 }).reshape(1, 3, 1, 1).expand(1, 3, 4, 4).contiguous();
        using var grid = SKBitmap.Decode(ImageGrid.Png(image, columns: 1));
        Assert.Equal(new SKColor(10, 20, 30), grid.GetPixel(28, 28));
    }

    [Fact]
    public void Equal_images_give_equal_bytes()
    {
        using var generator = new Generator(3);
        var images = randint(0, 256, [6, 3, 9, 9], ScalarType.Byte, generator: generator);
        Assert.Equal(ImageGrid.Png(images, 3), ImageGrid.Png(images.clone(), 3));
    }

    [Fact]
    public void Only_bytes_of_one_or_three_channels_are_shown()
    {
        Assert.Throws<ArgumentException>(() => ImageGrid.Png(zeros(1, 2, 4, 4, ScalarType.Byte), 1));
        Assert.Throws<ArgumentException>(() => ImageGrid.Png(zeros(1, 1, 4, 4), 1));
        Assert.Throws<ArgumentException>(() => ImageGrid.Png(zeros(0, 1, 4, 4, ScalarType.Byte), 1));
    }
}
