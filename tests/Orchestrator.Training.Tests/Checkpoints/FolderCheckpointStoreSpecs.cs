using CsCheck;
using Orchestrator.Sweeps.Specs;
using Orchestrator.Training.Checkpoints;

namespace Orchestrator.Training.Tests.Checkpoints;

public sealed class FolderCheckpointStoreSpecs : IDisposable
{
    readonly TemporaryFolder folder = new();
    readonly List<string> warnings = [];

    string Own => folder.At("attempt-2");

    string Earlier => folder.At("attempt-1");

    [Fact]
    public void The_running_sums_of_an_open_epoch_come_back_to_the_last_bit()
    {
        var sums = new OpenEpoch(7, 0.1 + 0.2, 1 / 3.0, Math.PI);
        Store().Write(SampleCheckpoint.Manifest(5) with { Open = sums }, [], []);
        Assert.Equal(sums, Store().FindNewest(warnings.Add)!.Manifest.Open);
    }

    [Theory]
    [InlineData(Checkpoint.ModelFile)]
    [InlineData(Checkpoint.OptimizerFile)]
    [InlineData(Checkpoint.ManifestName)]
    public void A_checkpoint_with_a_missing_file_is_set_aside_and_the_one_before_it_used(string file)
    {
        Store().Write(100);
        Store().Write(200);
        File.Delete(Path.Combine(SampleCheckpoint.FolderOf(Own, 200), file));
        Assert.Equal(100, Store().FindNewest(warnings.Add)!.Manifest.Step);
        Assert.Contains(Path.Combine(SampleCheckpoint.FolderOf(Own, 200), file), Assert.Single(warnings));
        Assert.True(Directory.Exists(SampleCheckpoint.FolderOf(Own, 200) + ".damaged"));
        Assert.Equal(100, Store().FindNewest(warnings.Add)!.Manifest.Step);
        Assert.Single(warnings);
    }

    [Fact]
    public void All_checkpoints_damaged_is_as_none()
    {
        Store().Write(100);
        Store().Write(200);
        foreach (var step in new[] { 100, 200 })
            File.WriteAllText(Path.Combine(SampleCheckpoint.FolderOf(Own, step), Checkpoint.ManifestName), "{}");
        Assert.Null(Store().FindNewest(warnings.Add));
        Assert.Equal(2, warnings.Count);
    }

    [Fact]
    public void Any_flipped_bit_of_any_file_is_detected()
    {
        var checkpoint = Store().Write(100, validation: 2.5).Folder;
        foreach (var path in Directory.EnumerateFiles(checkpoint))
        {
            var good = File.ReadAllBytes(path);
            Gen.Select(Gen.Int[0, good.Length - 1], Gen.Int[0, 7])
                .Sample(
                    (position, bit) =>
                    {
                        var bad = (byte[])good.Clone();
                        bad[position] ^= (byte)(1 << bit);
                        File.WriteAllBytes(path, bad);
                        Assert.Contains(path, Assert.Throws<CheckpointException>(() => Checkpoint.Read(checkpoint)).Message);
                    },
                    iter: 300,
                    threads: 1
                );
            File.WriteAllBytes(path, good);
        }

        Assert.Equal(100, Checkpoint.Read(checkpoint).Manifest.Step);
    }

    [Fact]
    public void Any_truncation_of_any_file_is_detected()
    {
        var checkpoint = Store().Write(100, validation: 2.5).Folder;
        foreach (var path in Directory.EnumerateFiles(checkpoint))
        {
            var good = File.ReadAllBytes(path);
            Gen.Int[0, good.Length - 1]
                .Sample(
                    length =>
                    {
                        File.WriteAllBytes(path, good[..length]);
                        Assert.Throws<CheckpointException>(() => Checkpoint.Read(checkpoint));
                    },
                    iter: 100,
                    threads: 1
                );
            File.WriteAllBytes(path, good);
        }
    }

    [Fact]
    public void Another_format_is_refused_by_its_number() =>
        Assert.Contains(
            "format 2; this program reads format 1",
            Assert.Throws<CheckpointException>(() => Store().Write(SampleCheckpoint.Manifest(5) with { Format = 2 }, [], [])).Message
        );

    [Fact]
    public void The_same_step_written_again_replaces_the_first()
    {
        Store().Write(100);
        Store().Write(100, validation: 2.5);
        Assert.Equal([100], Steps());
        Assert.Equal(2.5, Store().FindNewest(warnings.Add)!.Manifest.ValidationBitsPerDim);
    }

    [Fact]
    public void A_write_that_was_cut_short_is_not_a_checkpoint()
    {
        Store().Write(100);
        Directory.Move(SampleCheckpoint.FolderOf(Own, 100), SampleCheckpoint.FolderOf(Own, 100) + ".writing");
        Assert.Null(Store().FindNewest(warnings.Add));
        Store().Write(100);
        Assert.Equal([100], Steps());
    }

    FolderCheckpointStore Store() => new(Own, [Earlier], new RetentionSpec(2, 0, null));

    IEnumerable<int> Steps() =>
        Directory.EnumerateDirectories(Path.Combine(Own, "checkpoints")).Select(p => int.Parse(Path.GetFileName(p))).Order();

    public void Dispose() => folder.Dispose();
}
