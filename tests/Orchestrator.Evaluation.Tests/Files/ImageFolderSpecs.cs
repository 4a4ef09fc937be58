using System.Buffers.Binary;
using System.IO.Compression;
using Orchestrator.Evaluation.Files;
using SkiaSharp;

namespace Orchestrator.Evaluation.Tests.Files;

public sealed class ImageFolderSpecs : IDisposable
{
    readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Hidden_files_and_other_endings_are_left_out_and_counted()
    {
        Images("a.png", "b/c.JPG", "b/d.jpeg", ".hidden.png", ".ipynb_checkpoints/a.png", "b/.cache/deep/x.png", "._a.png");
        foreach (var other in (string[])["e.webp", "f.webp", "g.WEBP", "readme.txt", "b/Thumbs.db", "LICENSE", "odd."])
            File.WriteAllText(folder.At(other), "x");
        var images = ImageFolder.Open(folder.Path);
        Assert.Equal(3, images.Count);
        Assert.Equal("4 hidden, 3 .webp, 2 without an ending, 1 .db, 1 .txt", $"{images.LeftOut}");
        Assert.Equal(11, images.LeftOut.Files);
    }

    [Fact]
    public void A_folder_is_entered_once_whatever_leads_to_it()
    {
        Images("set/a.png", "set/b.png", "set/deep/c.png", "elsewhere/d.png");
        Directory.CreateSymbolicLink(folder.At("set", "again"), "deep");
        Directory.CreateSymbolicLink(folder.At("set", "0first"), "deep");
        Directory.CreateSymbolicLink(folder.At("set", "away"), folder.At("elsewhere"));
        Directory.CreateSymbolicLink(folder.At("set", "away-too"), folder.At("elsewhere"));
        File.CreateSymbolicLink(folder.At("set", "e.png"), "a.png");
        File.CreateSymbolicLink(folder.At("set", "f.png"), folder.At("elsewhere", "d.png"));
        Directory.CreateSymbolicLink(folder.At("link"), "set");
        foreach (var path in new[] { folder.At("set"), folder.At("link") })
        {
            var images = ImageFolder.Open(path);
            Assert.Equal((4, "5 under a second name"), (images.Count, $"{images.LeftOut}"));
        }
    }

    [Theory]
    [InlineData(".")]
    [InlineData("..")]
    [InlineData("../b")]
    [InlineData("../../set")]
    public void A_link_that_leads_back_is_an_error(string target)
    {
        Images("set/a.png", "set/b/c.png");
        Directory.CreateSymbolicLink(folder.At("set", "b", "loop"), target);
        Refused(folder.At("set", "b", "loop"), "leads back to a folder that it is in");
        Directory.Move(folder.At("set", "b", "loop"), folder.At("set", "b", ".loop"));
        Assert.Equal((2, "1 hidden"), (ImageFolder.Open(folder.At("set")).Count, $"{ImageFolder.Open(folder.At("set")).LeftOut}"));
    }

    [Fact]
    public void Links_to_nothing_and_in_a_circle_are_errors()
    {
        Images("set/a.png");
        File.CreateSymbolicLink(folder.At("set", "b.png"), "nothing");
        Refused(folder.At("set", "b.png"), "the link cannot be followed");
        File.Delete(folder.At("set", "b.png"));
        File.CreateSymbolicLink(folder.At("set", "c"), "c");
        Refused(folder.At("set", "c"), "the link cannot be followed");
    }

    [Fact]
    public void Pipes_and_devices_with_the_name_of_an_image_are_refused_at_once()
    {
        Images("set/a.png");
        NamedPipe.Make(folder.At("set", "pipe.png"));
        Refused(folder.At("set", "pipe.png"), "a named pipe");
        File.Delete(folder.At("set", "pipe.png"));
        File.CreateSymbolicLink(folder.At("set", "zero.jpg"), "/dev/zero");
        Refused(folder.At("set", "zero.jpg"), "a device");
    }

    [Theory]
    [InlineData(20_000, 20_000)]
    [InlineData(40_000, 40_000)]
    [InlineData(1, 16_777_217)]
    [InlineData(4097, 4096)]
    public void An_image_of_too_many_pixels_is_refused_by_its_header(int width, int height)
    {
        Directory.CreateDirectory(folder.At("set"));
        File.WriteAllBytes(folder.At("set", "large.png"), EmptyPng(width, height));
        Refused(folder.At("set", "large.png"), width < 30_000 && height < 30_000 ? $"an image of {width}×{height} pixels; at most" : "");
    }

    [Fact]
    public void No_more_images_wait_together_than_fit()
    {
        Directory.CreateDirectory(folder.At("set"));
        for (var i = 0; i < 10; i++)
            File.WriteAllBytes(folder.At("set", $"{i}.png"), EmptyPng(2000, 1000));
        var sizes = ImageFolder.Open(folder.At("set")).Batches().Select(batch => (batch.shape[0], batch.numel())).ToArray();
        Assert.Equal(10, sizes.Sum(size => size.Item1));
        Assert.All(sizes, size => Assert.True(size.Item2 <= 3L << 23));
    }

    [Fact]
    public void Damaged_images_are_refused_by_name()
    {
        Images("good.png", "good.jpg");
        foreach (var name in (string[])["good.png", "good.jpg"])
        {
            var good = File.ReadAllBytes(folder.At(name));
            Directory.CreateDirectory(folder.At("set"));
            for (var length = 0; length < good.Length / 2; length += Math.Max(1, good.Length / 40))
            {
                File.WriteAllBytes(folder.At("set", name), good[..length]);
                Refused(folder.At("set", name), "");
            }

            File.Delete(folder.At("set", name));
        }
    }

    /// <param name="path">Below the folder <c>set</c>.</param>
    void Refused(string path, string why)
    {
        var refused = Assert.Throws<FeatureFileException>(() => ImageFolder.Open(folder.At("set")).Batches().Count());
        Assert.StartsWith(path, refused.Message, StringComparison.Ordinal);
        Assert.Contains(why, refused.Message, StringComparison.Ordinal);
    }

    void Images(params string[] names)
    {
        foreach (var name in names)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(folder.At(name))!);
            using var bitmap = new SKBitmap(12, 10);
            bitmap.Erase(new SKColor((byte)name.Length, 100, 50));
            using var encoded = bitmap.Encode(
                name.EndsWith("png", StringComparison.Ordinal) ? SKEncodedImageFormat.Png : SKEncodedImageFormat.Jpeg,
                90
            );
            File.WriteAllBytes(folder.At(name), encoded.ToArray());
        }
    }

    /// <summary>Black, one bit a pixel: tens of kilobytes of zeros, deflated.</summary>
    static byte[] EmptyPng(int width, int height)
    {
        using var file = new MemoryStream();
        file.Write([0x89, .. "PNG\r\n"u8, 0x1a, (byte)'\n']);
        var header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), height);
        header[8] = 1;
        Chunk("IHDR"u8, header);
        using var deflated = new MemoryStream();
        using (var zlib = new ZLibStream(deflated, CompressionLevel.Fastest, leaveOpen: true))
        {
            var rows = new byte[(width + 7) / 8 + 1];
            for (var row = 0; row < Math.Min(height, 5000); row++)
                zlib.Write(rows);
        }

        Chunk("IDAT"u8, deflated.ToArray());
        Chunk("IEND"u8, []);
        return file.ToArray();

        void Chunk(ReadOnlySpan<byte> name, byte[] content)
        {
            Span<byte> number = stackalloc byte[4];
            BinaryPrimitives.WriteInt32BigEndian(number, content.Length);
            file.Write(number);
            file.Write(name);
            file.Write(content);
            BinaryPrimitives.WriteUInt32BigEndian(number, Crc([.. name, .. content]));
            file.Write(number);
        }
    }

    /// <summary>PNG's checksum.</summary>
    static uint Crc(byte[] content)
    {
        var crc = uint.MaxValue;
        foreach (var value in content)
        {
            crc ^= value;
            for (var bit = 0; bit < 8; bit++)
                crc = (crc & 1) != 0 ? 0xedb88320 ^ (crc >> 1) : crc >> 1;
        }

        return ~crc;
    }
}
