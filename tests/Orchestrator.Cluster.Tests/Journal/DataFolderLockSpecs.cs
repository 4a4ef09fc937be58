using Orchestrator.Cluster.Journal;
using Orchestrator.Sweeps;

namespace Orchestrator.Cluster.Tests.Journal;

public sealed class DataFolderLockSpecs : IDisposable
{
    readonly TemporaryFolder _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void A_folder_in_use_is_refused_with_the_name_of_its_user_and_free_again_afterwards()
    {
        var folder = _directory.Data;
        using (DataFolderLock.Take(folder, TimeProvider.System))
        {
            var refused = Assert.Throws<DataFolderException>(() => DataFolderLock.Take(folder, TimeProvider.System));
            Assert.Contains($"process {Environment.ProcessId} on {Environment.MachineName}", refused.Message, StringComparison.Ordinal);
        }

        DataFolderLock.Take(folder, TimeProvider.System).Dispose();
    }

    [Fact]
    public void A_folder_that_cannot_be_made_is_refused_with_the_reason()
    {
        var file = _directory.At("file");
        File.WriteAllText(file, "");
        var refused = Assert.Throws<DataFolderException>(() =>
            DataFolderLock.Take(new DataFolder(Path.Combine(file, "below")), TimeProvider.System)
        );
        Assert.Contains("cannot be written", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Anybody_may_see_whether_a_folder_is_in_use()
    {
        var folder = _directory.Data;
        Assert.False(DataFolderLock.IsInUse(folder));
        using (DataFolderLock.Take(folder, TimeProvider.System))
            Assert.True(DataFolderLock.IsInUse(folder));
        Assert.False(DataFolderLock.IsInUse(folder));
        using (DataFolderLock.Take(folder, TimeProvider.System, "mine"))
        {
            Assert.True(DataFolderLock.IsInUse(folder));
            Assert.True(DataFolderLock.IsInUse(folder, "mine"));
            Assert.False(DataFolderLock.IsInUse(folder, "other"));
        }

        Assert.False(DataFolderLock.IsInUse(new DataFolder(_directory.At("nowhere"))));
    }

    /// <summary>A look takes the lock for a moment: a coordinator that starts just then is not refused.</summary>
    [Fact]
    public async Task To_look_is_in_nobody_s_way()
    {
        var folder = _directory.Data;
        DataFolderLock.Take(folder, TimeProvider.System).Dispose();
        using var stop = new CancellationTokenSource();
        var looking = Task.Run(
            () =>
            {
                for (var looks = 0; !stop.IsCancellationRequested; looks++)
                {
                    DataFolderLock.IsInUse(folder);
                    if (looks % 100 == 0)
                        Thread.Yield();
                }
            },
            TestContext.Current.CancellationToken
        );
        for (var taken = 0; taken < 20; taken++)
            DataFolderLock.Take(folder, TimeProvider.System).Dispose();
        await stop.CancelAsync();
        await looking;
    }

    /// <summary>Only a held lock is "in use": whatever else goes wrong is told as what it is, also beside the name of an earlier
    /// user.</summary>
    [Fact]
    public void A_lock_that_cannot_be_made_is_not_in_use()
    {
        var folder = _directory.Data;
        DataFolderLock.Take(folder, TimeProvider.System).Dispose();
        File.Delete(folder.Lock);
        File.CreateSymbolicLink(folder.Lock, folder.Lock);
        var refused = Assert.Throws<DataFolderException>(() => DataFolderLock.Take(folder, TimeProvider.System));
        Assert.Contains("cannot be written", refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("in use", refused.Message, StringComparison.Ordinal);
    }
}
