using Orchestrator.Cluster.Journal;
using Orchestrator.Sweeps;

namespace Orchestrator.Cluster.Tests.Journal;

public sealed class DataFolderLockSpecs : IDisposable
{
    readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("lock-specs-");

    public void Dispose() => _directory.Delete(recursive: true);

    [Fact]
    public void A_folder_in_use_is_refused_with_the_name_of_its_user_and_free_again_afterwards()
    {
        var folder = new DataFolder(_directory.FullName);
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
        var file = Path.Combine(_directory.FullName, "file");
        File.WriteAllText(file, "");
        var refused = Assert.Throws<DataFolderException>(() => DataFolderLock.Take(new DataFolder(Path.Combine(file, "below")), TimeProvider.System));
        Assert.Contains("cannot be written", refused.Message, StringComparison.Ordinal);
    }
}
