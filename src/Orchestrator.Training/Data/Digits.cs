using System.Globalization;
using System.IO.Compression;
using Orchestrator.Flows.Transforms;

namespace Orchestrator.Training.Data;

/// <summary>The 8×8 digits inside this assembly; README.md beside this file names their source.</summary>
static class Digits
{
    const int Levels = 17;
    const int Classes = 10;
    static readonly ImageShape Shape = new(1, 8, 8);

    public static ImageDataset Load()
    {
        var all = Read();
        var order = Permutation.ForSplits(all.Count);

        // Of every ten images of a class two are test and one is validation: every split holds all classes in equal share.
        var part = new int[all.Count];
        foreach (var (image, rank) in order.OrderBy(i => all.Labels[i]).Select((image, rank) => (image, rank)))
            part[image] = rank % 10;
        ImageSplit Where(Func<int, bool> belongs) => all.Select(order.Where(i => belongs(part[i])).ToArray());
        return new ImageDataset("digits", Levels, Classes, Where(p => p > 2), Where(p => p == 2), Where(p => p < 2));
    }

    static ImageSplit Read()
    {
        using var resource = typeof(Digits).Assembly.GetManifestResourceStream("digits.csv.gz")!;
        using var lines = new StreamReader(new GZipStream(resource, CompressionMode.Decompress));
        var pixels = new List<byte>();
        var labels = new List<byte>();
        while (lines.ReadLine() is { } line)
        {
            var values = line.Split(',').Select(v => byte.Parse(v, CultureInfo.InvariantCulture)).ToArray();
            pixels.AddRange(values[..^1]);
            labels.Add(values[^1]);
        }

        return new ImageSplit(Shape, [.. pixels], [.. labels]);
    }
}
