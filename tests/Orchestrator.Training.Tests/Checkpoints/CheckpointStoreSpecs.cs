using Orchestrator.Sweeps.Specs;
using Orchestrator.Training.Checkpoints;

namespace Orchestrator.Training.Tests.Checkpoints;

/// <summary>What every kind of store does.</summary>
public abstract class CheckpointStoreSpecs : IDisposable
{
    private protected readonly TemporaryFolder folder = new();
    private protected readonly List<string> warnings = [];

    /// <summary>Of attempt 2, which reads attempt 1 too.</summary>
    private protected ICheckpointStore Own(int keepLast = 2, int keepBest = 0) =>
        Store(new RetentionSpec(keepLast, keepBest, null), "attempt-2", "attempt-1");

    private protected ICheckpointStore Earlier() => Store(new RetentionSpec(5, 0, null), "attempt-1");

    private protected abstract ICheckpointStore Store(RetentionSpec retention, string attempt, params string[] earlier);

    /// <summary>Where a checkpoint says that it is.</summary>
    protected abstract string PathOf(string attempt, long step);

    /// <summary>Of attempt 2.</summary>
    protected abstract IEnumerable<int> Steps();

    protected abstract void Damage(string attempt, long step, string file);

    [Fact]
    public void What_was_written_is_found_again_whole()
    {
        var written = Own().Write(120, validation: 2.5, final: true);
        var found = Own().FindNewest(warnings.Add)!;
        Assert.Equal(PathOf("attempt-2", 120), found.Folder);
        Assert.Equal(SampleCheckpoint.Spec, found.Manifest.Spec);
        Assert.Equal(
            (120L, 1, 17L, true, 2.5),
            (found.Manifest.Step, found.Manifest.Epoch, found.Manifest.Token, found.Manifest.Final, found.Manifest.ValidationBitsPerDim)
        );
        Assert.Equal(written.Info, found.Info);
        Assert.Equal(new byte[8], found.Model["weight"].Data.ToArray());
        Assert.Equal(120, BitConverter.ToInt64(found.Optimizer["step"].Data.Span));
        Assert.Empty(warnings);
    }

    [Fact]
    public void What_is_stored_of_all_attempts_is_counted_once_what_is_not_wanted_is_gone()
    {
        Earlier().Write(100);
        var bytes = Earlier().Write(200).Info.Bytes;
        Assert.Equal(3 * bytes, Own(keepLast: 1).Write(300).Info.Stored);
        Own(keepLast: 1).Write(400);
        // Two of each attempt: the newest, and the one before it.
        Assert.Equal(4 * bytes, Own(keepLast: 1).Write(500).Info.Stored);
        Assert.Equal(4 * bytes, Own().FindNewest(warnings.Add)!.Info.Stored);
    }

    [Fact]
    public void Nothing_is_found_where_nothing_is() => Assert.Null(Own().FindNewest(warnings.Add));

    [Fact]
    public void The_newest_of_all_attempts_is_used_and_the_later_attempts_at_equal_steps()
    {
        Earlier().Write(100);
        Earlier().Write(200);
        Own().Write(150);
        Assert.Equal(PathOf("attempt-1", 200), Own().FindNewest(warnings.Add)!.Folder);
        Own().Write(200);
        Assert.Equal(PathOf("attempt-2", 200), Own().FindNewest(warnings.Add)!.Folder);
    }

    [Fact]
    public void A_later_attempts_checkpoint_is_not_an_earlier_ones()
    {
        Own().Write(200);
        Assert.Null(Earlier().FindNewest(warnings.Add));
    }

    [Theory]
    [InlineData(Checkpoint.ModelFile)]
    [InlineData(Checkpoint.OptimizerFile)]
    [InlineData(Checkpoint.ManifestName)]
    public void A_damaged_newest_is_told_of_and_the_one_before_it_used(string file)
    {
        Own().Write(100);
        Own().Write(200);
        Damage("attempt-2", 200, file);
        Assert.Equal(100, Own().FindNewest(warnings.Add)!.Manifest.Step);
        Assert.Contains($"{PathOf("attempt-2", 200)}/{file}", Assert.Single(warnings), StringComparison.Ordinal);
    }

    /// <summary>A first attempt may have begun while the data were changing, and left something before the sweep knew what it is
    /// about.</summary>
    [Fact]
    public void A_checkpoint_of_other_data_is_passed_over_where_the_data_are_known()
    {
        Own().Write(100);
        var written = Own().FindNewest(warnings.Add)!.Manifest.DatasetSha256;
        Assert.Equal(100, Own().FindNewest(warnings.Add, written)!.Manifest.Step);
        Assert.Empty(warnings);
        Assert.Null(Own().FindNewest(warnings.Add, "another"));
        Assert.Contains("passed over", Assert.Single(warnings), StringComparison.Ordinal);
        Assert.Equal(100, Own().FindNewest(warnings.Add, written)!.Manifest.Step);
    }

    [Fact]
    public void All_checkpoints_damaged_is_as_none()
    {
        Own().Write(100);
        Own().Write(200);
        Damage("attempt-2", 100, Checkpoint.ModelFile);
        Damage("attempt-2", 200, Checkpoint.ManifestName);
        Assert.Null(Own().FindNewest(warnings.Add));
        Assert.Equal(2, warnings.Count);
    }

    [Fact]
    public void The_newest_two_the_best_and_the_final_checkpoint_are_kept()
    {
        var store = Own(keepLast: 1, keepBest: 1);
        foreach (var (step, validation) in new[] { (10, 2.9), (20, 2.3), (30, 2.5), (40, 2.6), (50, 2.7) })
            store.Write(step, validation);
        Assert.Equal([20, 40, 50], Steps());
        store.Write(55);
        Assert.Equal([20, 50, 55], Steps());
        store.Write(60, 2.8, final: true);
        Assert.Equal([20, 55, 60], Steps());
    }

    [Fact]
    public void As_many_are_kept_as_asked()
    {
        var store = Own(keepLast: 3, keepBest: 2);
        foreach (var (step, validation) in new[] { (10, 2.1), (20, 2.0), (30, 2.5), (40, 2.6), (50, 2.7), (60, 2.8) })
            store.Write(step, validation);
        Assert.Equal([10, 20, 40, 50, 60], Steps());
    }

    private protected static byte[] WithOneBitChanged(byte[] content)
    {
        var changed = (byte[])content.Clone();
        changed[^3] ^= 1;
        return changed;
    }

    public virtual void Dispose()
    {
        folder.Dispose();
        GC.SuppressFinalize(this);
    }
}

public sealed class FolderStoreContract : CheckpointStoreSpecs
{
    private protected override ICheckpointStore Store(RetentionSpec retention, string attempt, params string[] earlier) =>
        new FolderCheckpointStore(folder.At(attempt), [.. earlier.Select(e => folder.At(e))], retention);

    protected override string PathOf(string attempt, long step) => SampleCheckpoint.FolderOf(folder.At(attempt), step);

    protected override IEnumerable<int> Steps() =>
        Directory.EnumerateDirectories(folder.At("attempt-2/checkpoints")).Select(p => int.Parse(Path.GetFileName(p))).Order();

    protected override void Damage(string attempt, long step, string file)
    {
        var path = Path.Combine(PathOf(attempt, step), file);
        File.WriteAllBytes(path, WithOneBitChanged(File.ReadAllBytes(path)));
    }
}
