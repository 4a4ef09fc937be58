using Orchestrator.Training.Files;
using SkiaSharp;
using static TorchSharp.torch;

namespace Orchestrator.Evaluation.Files;

/// <summary>The PNG and JPEG images below a folder, in the order of their paths.</summary>
public sealed class ImageFolder
{
    const int BatchSize = 50;

    /// <summary>Pixels of one image: networks see 299×299 of them, and each takes some ten bytes on its way there.</summary>
    const int MostPixels = 4096 * 4096;

    /// <summary>The most pixels of images that wait to be handed out together.</summary>
    const long MostPixelsTogether = 1 << 23;

    const long LargestFile = 256 << 20;

    readonly PictureFiles files;

    ImageFolder(PictureFiles files) => this.files = files;

    public int Count => files.Paths.Length;

    /// <summary>Files below the folder that are not counted, and why.</summary>
    public LeftOut LeftOut => files.LeftOut;

    /// <exception cref="FeatureFileException">It holds no image, or cannot be read.</exception>
    public static ImageFolder Open(string path)
    {
        var files = PictureFiles.Below(path);
        return files.Paths.Length > 0
            ? new ImageFolder(files)
            : throw new FeatureFileException(
                $"{path}: no .png, .jpg or .jpeg file in it or below{(files.LeftOut.Files > 0 ? $"; left out: {files.LeftOut}" : "")}"
            );
    }

    /// <summary>All images in order, uint8 [n, 3, H, W] for each run of images of one size; each batch is disposed when the next is asked
    /// for.</summary>
    /// <exception cref="FeatureFileException">A file is no readable image.</exception>
    public IEnumerable<Tensor> Batches()
    {
        var run = new List<Tensor>();
        foreach (var file in files.Paths)
        {
            var image = Read(file);
            if (
                run is [var first, ..]
                && (
                    run.Count == BatchSize
                    || !first.shape.SequenceEqual(image.shape)
                    || (run.Count + 1) * image.numel() > 3 * MostPixelsTogether
                )
            )
            {
                using var full = Stacked(run);
                yield return full;
            }

            run.Add(image);
        }

        using var last = Stacked(run);
        yield return last;
    }

    static Tensor Stacked(List<Tensor> run)
    {
        var stacked = stack(run);
        run.ForEach(image => image.Dispose());
        run.Clear();
        return stacked;
    }

    static Tensor Read(string file)
    {
        try
        {
            using var content = RegularFile.Open(file, LargestFile);
            using var codec = SKCodec.Create(content) ?? throw new FeatureFileException($"{file}: not a readable image");
            var info = new SKImageInfo(codec.Info.Width, codec.Info.Height, SKColorType.Rgba8888, SKAlphaType.Unpremul);
            if ((long)info.Width * info.Height > MostPixels)
                throw new FeatureFileException(
                    $"{file}: an image of {info.Width}×{info.Height} pixels; at most {MostPixels:N0} pixels (4096×4096) are read: make "
                        + "it smaller first"
                );
            using var bitmap = new SKBitmap(info);
            var result = codec.GetPixels(info, bitmap.GetPixels());
            return result == SKCodecResult.Success
                ? Planes(bitmap)
                : throw new FeatureFileException($"{file}: the image is damaged ({result})");
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            throw new FeatureFileException($"{file}: {unreadable.Message}", unreadable);
        }
    }

    /// <returns>uint8 [3, H, W].</returns>
    static Tensor Planes(SKBitmap bitmap)
    {
        var pixels = bitmap.GetPixelSpan();
        var image = empty([3, bitmap.Height, bitmap.Width], ScalarType.Byte);
        var planes = image.bytes;
        var size = bitmap.Height * bitmap.Width;
        for (var pixel = 0; pixel < size; pixel++)
        for (var channel = 0; channel < 3; channel++)
            planes[channel * size + pixel] = pixels[4 * pixel + channel];
        return image;
    }
}
