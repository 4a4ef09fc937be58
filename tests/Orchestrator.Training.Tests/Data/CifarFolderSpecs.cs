using System.Formats.Tar;
using System.IO.Compression;
using Orchestrator.Flows.Transforms;
using Orchestrator.Training.Data;

namespace Orchestrator.Training.Tests.Data;

/// <summary>Small files of CIFAR-10's binary form: three records in each training batch, two in the test batch.</summary>
public sealed class CifarFolderSpecs
{
    const int Pixels = 3 * 32 * 32;
    static readonly string[] Names =
    [
        "data_batch_1.bin",
        "data_batch_2.bin",
        "data_batch_3.bin",
        "data_batch_4.bin",
        "data_batch_5.bin",
        "test_batch.bin",
    ];

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void The_archive_and_its_files_are_read_alike(bool archive)
    {
        using var root = new TemporaryFolder();
        Write(root.At("cifar10"), archive);
        var cifar = new DatasetCatalogue(root.Path).Load("cifar10");

        Assert.Equal((new ImageShape(3, 32, 32), 256, 10), (cifar.Shape, cifar.Levels, cifar.Classes));
        Assert.Equal((14, 1, 2), (cifar.Train.Count, cifar.Validation.Count, cifar.Test.Count));
        // The record's own order: red, green, blue, each row by row.
        Assert.Equal(Image(5, 1), cifar.Test.Image(1).ToArray());
        Assert.Equal([5, 6], cifar.Test.Labels);
        var training = cifar.Train.Labels.Concat(cifar.Validation.Labels).Order();
        Assert.Equal(
            Enumerable.Range(0, 5).SelectMany(batch => Enumerable.Range(0, 3).Select(record => (byte)((batch + record) % 10))).Order(),
            training
        );
    }

    [Theory]
    [InlineData("short", "expected records of 3073 bytes (a label and 3×32×32 pixels), found 9218 bytes")]
    [InlineData("empty", "found 0 bytes")]
    [InlineData("label", "expected labels 0 to 9, found 10 in record 1")]
    public void A_malformed_file_is_named_with_what_was_expected(string fault, string expected)
    {
        using var root = new TemporaryFolder();
        Write(root.At("cifar10"), archive: false);
        var file = Path.Combine(root.At("cifar10"), Names[2]);
        var good = File.ReadAllBytes(file);
        File.WriteAllBytes(
            file,
            fault switch
            {
                "short" => good[..^1],
                "empty" => [],
                _ => [.. good[..(Pixels + 1)], 10, .. good[(Pixels + 2)..]],
            }
        );
        var error = Assert.Throws<DatasetException>(() => new DatasetCatalogue(root.Path).Load("cifar10"));
        Assert.StartsWith(file, error.Message, StringComparison.Ordinal);
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_damaged_archive_is_named()
    {
        using var root = new TemporaryFolder();
        Write(root.At("cifar10"), archive: true);
        var file = Path.Combine(root.At("cifar10"), "cifar-10-binary.tar.gz");
        File.WriteAllBytes(file, File.ReadAllBytes(file)[..^200]);
        Assert.StartsWith(
            file,
            Assert.Throws<DatasetException>(() => new DatasetCatalogue(root.Path).Load("cifar10")).Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void A_file_that_is_missing_is_as_no_data_set()
    {
        using var root = new TemporaryFolder();
        Write(root.At("cifar10"), archive: false);
        File.Delete(Path.Combine(root.At("cifar10"), Names[5]));
        Assert.Contains(
            "data fetch cifar10",
            Assert.Throws<DatasetException>(() => new DatasetCatalogue(root.Path).Load("cifar10")).Message,
            StringComparison.Ordinal
        );
    }

    static void Write(string folder, bool archive)
    {
        Directory.CreateDirectory(folder);
        using var tar = archive
            ? new TarWriter(new GZipStream(File.Create(Path.Combine(folder, "cifar-10-binary.tar.gz")), CompressionLevel.Fastest))
            : null;
        for (var batch = 0; batch < Names.Length; batch++)
        {
            var records = Enumerable
                .Range(0, batch == 5 ? 2 : 3)
                .SelectMany(record => Image(batch, record).Prepend((byte)((batch + record) % 10)))
                .ToArray();
            if (tar is null)
                File.WriteAllBytes(Path.Combine(folder, Names[batch]), records);
            else
                tar.WriteEntry(
                    new PaxTarEntry(TarEntryType.RegularFile, "cifar-10-batches-bin/" + Names[batch])
                    {
                        DataStream = new MemoryStream(records),
                    }
                );
        }
    }

    static byte[] Image(int batch, int record) => [.. Enumerable.Range(0, Pixels).Select(pixel => (byte)(pixel * 7 + batch * 31 + record))];
}
