using Orchestrator.Evaluation.Comparison;
using Orchestrator.Evaluation.Features;
using Orchestrator.Evaluation.Files;
using Orchestrator.Evaluation.Tests.Golden;
using SkiaSharp;

namespace Orchestrator.Evaluation.Tests.Comparison;

public sealed class FeatureComparisonSpecs : IDisposable
{
    readonly TemporaryFolder folder = new();
    readonly PixelFeatures pixels = new();

    public void Dispose()
    {
        pixels.Dispose();
        folder.Dispose();
    }

    [Theory, MemberData(nameof(GoldenCase.Names), MemberType = typeof(GoldenCase))]
    public void Files_of_features_have_the_golden_distances(string name)
    {
        var golden = GoldenCase.Named(name);
        var result = Compare(At($"{name}_a.csv"), At($"{name}_b.csv"));
        Near.To(golden.Fid, result.Fid, 1e-9);
        Near.To(golden.Kid, result.Kid.AllPairs, 1e-10);
        Assert.NotNull(result.PrecisionRecall);
        // A subset of 1000 is the whole of both sets.
        Assert.Equal((1, (double?)null, result.Kid.AllPairs), (result.Kid.Subsets, result.Kid.SubsetStd, result.Kid.SubsetMean));
        Assert.Contains("--subset-size below", result.Kid.Note, StringComparison.Ordinal);
        Assert.Null(result.Features);

        static string At(string file) => Path.Combine(AppContext.BaseDirectory, "Golden", file);
    }

    [Fact]
    public void Two_samples_are_enough_for_both_distances()
    {
        // Means 1 apart in x; variances 2 and 8 in x: 1 + (√2 - √8)².
        var result = Compare(Written("a.csv", "0,0\n2,0\n"), Written("b.csv", "0,0\n4,0\n"));
        Near.To(1 + 2, result.Fid, 1e-12);
        // k(0,2) + k(0,4) - ½ (k(0,0) + k(0,4) + k(2,0) + k(2,4)), k(2,4) = 5³.
        Near.To(1 + 1 - 0.5 * (1 + 1 + 1 + 125), result.Kid.AllPairs, 1e-12);
        Assert.Null(result.Kid.StandardError);
        Assert.Null(result.PrecisionRecall);
        Assert.Null(result.FidInfinity);
    }

    [Theory]
    [InlineData("1,2\n3,4\n", "1,2,3\n4,5,6\n", "a.csv has 2 features a sample and")]
    [InlineData("1,2\n", "1,2\n3,4\n", "a.csv: 1 sample")]
    [InlineData("1,2\n3,4\n", "1,2\n3,nan\n", "b.csv: feature [1, 1] is NaN")]
    [InlineData("1,2\n3,-inf\n", "1,2\n3,4\n", "a.csv: feature [1, 1] is -")]
    public void What_has_no_distance_is_refused_by_file(string a, string b, string why) =>
        Assert.Contains(
            why,
            Assert.Throws<FeatureFileException>(() => Compare(Written("a.csv", a), Written("b.csv", b))).Message,
            StringComparison.Ordinal
        );

    [Fact]
    public void Folders_of_images_of_any_size_are_compared_by_named_features()
    {
        for (var i = 0; i < 6; i++)
        {
            Image($"real/{i}.png", 20 + i % 2, (byte)(40 * i), SKEncodedImageFormat.Png);
            Image($"generated/deeper/{i}.jpeg", 24, (byte)(40 * i), SKEncodedImageFormat.Jpeg);
        }

        var result = Compare(folder.At("real"), folder.At("generated"));
        Assert.Equal((6, 6, 768, "pixels-16x16"), (result.NReal, result.NGenerated, result.Dimensions, result.Features!.Name));
        // The same flat greys: only the JPEG rounding is between them.
        Assert.InRange(result.Fid, -1e-9, 0.05);
        Assert.True(Compare(folder.At("real"), Shifted()).Fid > 1);
    }

    [Fact]
    public void What_is_no_image_is_refused_by_file()
    {
        Image("real/0.png", 8, 1, SKEncodedImageFormat.Png);
        Directory.CreateDirectory(folder.At("empty"));
        Assert.Contains("no .png, .jpg or .jpeg", Refusal(folder.At("empty")), StringComparison.Ordinal);
        Directory.CreateDirectory(folder.At("broken"));
        File.WriteAllText(folder.At("broken", "x.png"), "no image");
        Assert.Contains($"{folder.At("broken", "x.png")}: not a readable image", Refusal(folder.At("broken")), StringComparison.Ordinal);
        Assert.Contains("one is a folder of images and one a file", Refusal(Written("a.csv", "1\n2\n")), StringComparison.Ordinal);

        string Refusal(string other) => Assert.Throws<FeatureFileException>(() => Compare(folder.At("real"), other)).Message;
    }

    DistanceResult Compare(string real, string generated) => FeatureComparison.Between(real, generated, pixels, new DistanceOptions());

    string Shifted()
    {
        for (var i = 0; i < 6; i++)
            Image($"shifted/{i}.png", 20, (byte)(255 - 5 * i), SKEncodedImageFormat.Png);
        return folder.At("shifted");
    }

    void Image(string name, int side, byte shade, SKEncodedImageFormat format)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(folder.At(name))!);
        using var bitmap = new SKBitmap(side, side);
        bitmap.Erase(new SKColor(shade, shade, shade));
        using var encoded = bitmap.Encode(format, 90);
        File.WriteAllBytes(folder.At(name), encoded.ToArray());
    }

    string Written(string name, string text)
    {
        File.WriteAllText(folder.At(name), text);
        return folder.At(name);
    }
}
