using System.IO.Compression;
using CsCheck;
using Orchestrator.Flows.Transforms;
using Orchestrator.Training.Data;

namespace Orchestrator.Training.Tests.Data;

public sealed class IdxFileSpecs
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Plain_and_gzip_files_are_read_alike(bool gzip)
    {
        using var folder = new TemporaryFolder();
        IdxSample.Write(folder.Path, train: 12, test: 2, gzip);
        var test = new DatasetCatalogue("nowhere").Load("idx:" + folder.Path).Test;
        Assert.Equal(new ImageShape(1, 2, 3), test.Shape);
        Assert.Equal(Enumerable.Range(6, 6).Select(i => (byte)i), test.Image(1).ToArray());
        Assert.Equal([0, 1], test.Labels);
    }

    [Theory]
    [InlineData("truncated", "expected 12 values after the header, found 11")]
    [InlineData("longer", "expected 12 values after the header, found 13")]
    [InlineData("rank", "expected an IDX file of unsigned bytes of rank 3")]
    [InlineData("type", "found 00000d03")]
    [InlineData("size", "found size -1 in position 1")]
    [InlineData("huge", "expected sizes above 0 that fit into memory")]
    [InlineData("short", "expected an IDX header of 16 bytes, found a file of 3 bytes")]
    public void A_malformed_file_is_named_with_what_was_expected(string fault, string expected)
    {
        var good = IdxSample.File([2, 2, 3], new byte[12]);
        byte[] bad = fault switch
        {
            "truncated" => good[..^1],
            "longer" => [.. good, 0],
            "rank" => IdxSample.File([12], new byte[12]),
            "type" => [0, 0, 13, 3, .. good[4..]],
            "size" => IdxSample.File([2, -1, 3], []),
            "huge" => IdxSample.File([int.MaxValue, int.MaxValue, int.MaxValue], []),
            _ => good[..3],
        };
        using var folder = new TemporaryFolder();
        IdxSample.Write(folder.Path, train: 12, test: 2, gzip: false);
        File.WriteAllBytes(folder.At("t10k-images-idx3-ubyte"), bad);

        var error = Assert.Throws<DatasetException>(() => new DatasetCatalogue("nowhere").Load("idx:" + folder.Path));
        Assert.Contains(folder.At("t10k-images-idx3-ubyte"), error.Message);
        Assert.Contains(expected, error.Message);
    }

    [Fact]
    public void A_damaged_gzip_file_is_named()
    {
        using var folder = new TemporaryFolder();
        IdxSample.Write(folder.Path, train: 12, test: 2, gzip: true);
        File.WriteAllBytes(folder.At("train-labels-idx1-ubyte.gz"), [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
        var error = Assert.Throws<DatasetException>(() => new DatasetCatalogue("nowhere").Load("idx:" + folder.Path));
        Assert.Contains(folder.At("train-labels-idx1-ubyte.gz"), error.Message);
    }

    [Fact]
    public void Images_and_labels_must_be_equally_many()
    {
        using var folder = new TemporaryFolder();
        IdxSample.Write(folder.Path, train: 12, test: 2, gzip: false);
        File.WriteAllBytes(folder.At("t10k-labels-idx1-ubyte"), IdxSample.File([3], new byte[3]));
        var error = Assert.Throws<DatasetException>(() => new DatasetCatalogue("nowhere").Load("idx:" + folder.Path));
        Assert.Contains("holds 2 images, t10k-labels-idx1-ubyte 3 labels", error.Message);
    }

    [Fact]
    public void Training_and_test_images_must_be_of_one_size()
    {
        using var folder = new TemporaryFolder();
        IdxSample.Write(folder.Path, train: 12, test: 2, gzip: false);
        File.WriteAllBytes(folder.At("t10k-images-idx3-ubyte"), IdxSample.File([2, 3, 3], new byte[18]));
        var error = Assert.Throws<DatasetException>(() => new DatasetCatalogue("nowhere").Load("idx:" + folder.Path));
        Assert.Contains("train-images-idx3-ubyte holds images of", error.Message);
    }

    [Fact]
    public void Too_few_training_images_for_a_validation_split_are_refused()
    {
        using var folder = new TemporaryFolder();
        IdxSample.Write(folder.Path, train: 11, test: 2, gzip: false);
        var error = Assert.Throws<DatasetException>(() => new DatasetCatalogue("nowhere").Load("idx:" + folder.Path));
        Assert.Contains("11 training images; at least 12 are needed", error.Message);
    }

    [Theory]
    [InlineData(50_000, "more than 100 times")]
    [InlineData(2, "found 12")]
    public void A_gzip_file_that_grows_or_promises_too_much_takes_no_memory(int images, string expected)
    {
        using var folder = new TemporaryFolder();
        IdxSample.Write(folder.Path, train: 12, test: 2, gzip: true);
        using (var file = new GZipStream(File.Create(folder.At("t10k-images-idx3-ubyte.gz")), CompressionLevel.Optimal))
        {
            file.Write(IdxSample.File([images, images > 2 ? 1000 : 2, images > 2 ? 20 : 4], []));
            for (var i = 0; i < (images > 2 ? 1000 : 0); i++)
                file.Write(new byte[1_000_000]);
            file.Write(new byte[12]);
        }

        var before = GC.GetTotalAllocatedBytes();
        var error = Assert.Throws<DatasetException>(() => new DatasetCatalogue("nowhere").Load("idx:" + folder.Path));
        Assert.Contains(folder.At("t10k-images-idx3-ubyte.gz"), error.Message);
        Assert.Contains(expected, error.Message);
        Assert.True(GC.GetTotalAllocatedBytes() - before < 10_000_000);
    }

    [Fact]
    public void A_named_pipe_in_place_of_a_file_is_refused_at_once()
    {
        using var folder = new TemporaryFolder();
        IdxSample.Write(folder.Path, train: 12, test: 2, gzip: false);
        File.Delete(folder.At("t10k-labels-idx1-ubyte"));
        NamedPipe.Make(folder.At("t10k-labels-idx1-ubyte"));
        Assert.Contains(
            "a named pipe",
            Assert.Throws<DatasetException>(() => new DatasetCatalogue("nowhere").Load("idx:" + folder.Path)).Message
        );
    }

    [Fact]
    public void Any_damage_is_told_as_such()
    {
        using var folder = new TemporaryFolder();
        IdxSample.Write(folder.Path, train: 12, test: 2, gzip: true);
        var good = File.ReadAllBytes(folder.At("t10k-images-idx3-ubyte.gz"));
        (
            from at in Gen.Int[0, good.Length - 1]
            from bit in Gen.Int[0, 7]
            from length in Gen.Int[0, good.Length]
            select (at, bit, length)
        ).Sample(
            damage =>
            {
                var bad = good.ToArray();
                bad[damage.at] ^= (byte)(1 << damage.bit);
                File.WriteAllBytes(folder.At("t10k-images-idx3-ubyte.gz"), damage.length % 2 == 0 ? bad : bad[..damage.length]);
                try
                {
                    new DatasetCatalogue("nowhere").Load("idx:" + folder.Path);
                }
                catch (DatasetException) { }
            },
            iter: 300,
            threads: 1
        );
    }
}
