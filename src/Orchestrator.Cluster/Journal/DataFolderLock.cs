using System.Globalization;
using Orchestrator.Sweeps;

namespace Orchestrator.Cluster.Journal;

/// <summary>One process at a time uses a data folder. The lock goes with its process, however that ends.</summary>
public sealed class DataFolderLock : IDisposable
{
    readonly FileStream _file;

    DataFolderLock(FileStream file) => _file = file;

    /// <exception cref="DataFolderException">Another process holds the folder, or it cannot be written.</exception>
    public static DataFolderLock Take(DataFolder folder, TimeProvider time)
    {
        try
        {
            Directory.CreateDirectory(folder.Root);
            var held = new DataFolderLock(new FileStream(folder.Lock, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
            File.WriteAllText(folder.LockHolder, string.Create(CultureInfo.InvariantCulture, $"process {Environment.ProcessId} on {Environment.MachineName}, since {time.GetUtcNow():u}"));
            return held;
        }
        catch (IOException error) when (error is not DirectoryNotFoundException && Holder(folder) is { Length: > 0 } holder)
        {
            throw new DataFolderException($"the data folder {folder.Root} is in use by {holder}; wait for it to end, or give another --data-dir", error);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new DataFolderException($"the data folder {folder.Root} cannot be written: {error.Message}", error);
        }
    }

    public void Dispose() => _file.Dispose();

    static string? Holder(DataFolder folder)
    {
        try
        {
            // In a file of its own: the lock itself can be opened by nobody else.
            return File.ReadAllText(folder.LockHolder);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}

/// <summary>A data folder that cannot be used as asked.</summary>
public sealed class DataFolderException(string message, Exception? inner = null) : Exception(message, inner);
