using SkiaSharp;
using static TorchSharp.torch;

namespace Orchestrator.Evaluation.Files;

/// <summary>The PNG and JPEG images below a folder, in the order of their paths.</summary>
public sealed class ImageFolder
{
    const int BatchSize = 50;
    static readonly string[] Endings = [".png", ".jpg", ".jpeg"];

    readonly string[] files;

    ImageFolder(string[] files) => this.files = files;

    public int Count => files.Length;

    /// <exception cref="FeatureFileException">It holds no image.</exception>
    public static ImageFolder Open(string path)
    {
        var files = Directory.EnumerateFiles(path, "*", SearchOption.AllDirectories).Where(file => Endings.Contains(Path.GetExtension(file).ToLowerInvariant())).Order(StringComparer.Ordinal).ToArray();
        return files.Length > 0 ? new ImageFolder(files) : throw new FeatureFileException($"{path}: no .png, .jpg or .jpeg file in it or below");
    }

    /// <summary>All images in order, uint8 [n, 3, H, W] for each run of images of one size; each batch is disposed when the next is asked for.</summary>
    /// <exception cref="FeatureFileException">A file is no readable image.</exception>
    public IEnumerable<Tensor> Batches()
    {
        var run = new List<Tensor>();
        foreach (var file in files)
        {
            var image = Read(file);
            if (run.Count == BatchSize || run is [var first, ..] && !first.shape.SequenceEqual(image.shape))
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
        using var codec = SKCodec.Create(file) ?? throw new FeatureFileException($"{file}: not a readable image");
        var info = new SKImageInfo(codec.Info.Width, codec.Info.Height, SKColorType.Rgba8888, SKAlphaType.Unpremul);
        using var bitmap = new SKBitmap(info);
        var result = codec.GetPixels(info, bitmap.GetPixels());
        if (result != SKCodecResult.Success)
            throw new FeatureFileException($"{file}: the image is damaged ({result})");
        using var scope = NewDisposeScope();
        return tensor(bitmap.Bytes, [info.Height, info.Width, 4]).narrow(2, 0, 3).permute(2, 0, 1).contiguous().MoveToOuterDisposeScope();
    }
}
