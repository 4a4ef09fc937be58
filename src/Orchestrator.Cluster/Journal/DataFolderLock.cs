using System.Globalization;
using Orchestrator.Sweeps;

namespace Orchestrator.Cluster.Journal;

/// <summary>One process at a time uses a data folder. The lock goes with its process, however that ends.</summary>
public sealed class DataFolderLock : IDisposable
{
    // What the system says of a lock that somebody else has, as .NET hands it on: EWOULDBLOCK of Linux, and of macOS.
    const int LinuxHeld = 11,
        MacHeld = 35;
    const string On = " on ",
        Since = ", since ",
        Only = ", for sweep ";

    /// <summary>Whoever looks whether the folder is in use holds its lock for a moment; of those who look again and again some moment in
    /// half a second is free.</summary>
    const int Tries = 100;
    const long LeastRoom = 1 << 20;
    static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(5);

    readonly FileStream _file;

    DataFolderLock(FileStream file) => _file = file;

    /// <param name="sweep">The only one that is looked after; null for all there are.</param>
    /// <exception cref="DataFolderException">Another process holds the folder, it cannot be written, or its journal cannot be
    /// used.</exception>
    public static DataFolderLock Take(DataFolder folder, TimeProvider time, string? sweep = null)
    {
        var held = Hold(folder, time, sweep);
        try
        {
            JournalCheck.Require(folder, sweep);
            return held;
        }
        catch
        {
            held.Dispose();
            throw;
        }
    }

    /// <summary>Whether a process uses the folder now, and looks after the sweep, where one is given. It is enough to be allowed to
    /// read.</summary>
    /// <returns>Null where that cannot be known: the lock may not be read, or is one that another machine would not show.</returns>
    public static bool? IsInUse(DataFolder folder, string? sweep = null)
    {
        try
        {
            using var shared = new FileStream(folder.Lock, FileMode.Open, FileAccess.Read, FileShare.Read);
            return MayBeElsewhere(folder) ? null : false;
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            return false;
        }
        catch (IOException error)
        {
            return !IsHeld(error) ? null : sweep is null || Holder(folder)?.Split(Only, 2) is not [_, var only] || only == sweep;
        }
        catch (UnauthorizedAccessException)
        {
            return null;
        }
    }

    public void Dispose() => _file.Dispose();

    static DataFolderLock Hold(DataFolder folder, TimeProvider time, string? sweep)
    {
        try
        {
            Directory.CreateDirectory(folder.Root);
            var held = new DataFolderLock(Open(folder));
            try
            {
                RequireRoom(folder);
                File.WriteAllText(
                    folder.LockHolder,
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"process {Environment.ProcessId}{On}{Environment.MachineName}{Since}{time.GetUtcNow():u}"
                            + $"{(sweep is null ? "" : Only + sweep)}"
                    )
                );
                return held;
            }
            catch
            {
                held.Dispose();
                throw;
            }
        }
        catch (IOException error) when (IsHeld(error))
        {
            throw new DataFolderException(
                $"the data folder {folder.Root} is in use by {Holder(folder) ?? "another process"}; wait for it to end, or give another "
                    + "--data-dir",
                error
            );
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new DataFolderException($"the data folder {folder.Root} cannot be written: {error.Message}", error);
        }
    }

    // A journal's tables are a tenth of it; where not even they fit, nothing would begin, and nobody would hear why.
    static void RequireRoom(DataFolder folder)
    {
        var room = new FileStreamOptions
        {
            Mode = FileMode.Create,
            Access = FileAccess.Write,
            PreallocationSize = LeastRoom,
            Options = FileOptions.DeleteOnClose,
        };
        new FileStream(folder.Lock + ".room", room).Dispose();
    }

    static FileStream Open(DataFolder folder)
    {
        using var moment = new ManualResetEventSlim();
        for (var tries = 1; ; tries++)
        {
            try
            {
                return new FileStream(folder.Lock, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException error) when (IsHeld(error) && tries < Tries)
            {
                moment.Wait(Moment);
            }
        }
    }

    static bool IsHeld(IOException error) => error.HResult is LinuxHeld or MacHeld;

    // Not every network file system shows one machine the locks of another.
    static bool MayBeElsewhere(DataFolder folder) =>
        Holder(folder) is { } holder
        && Host(holder) is { } host
        && host != Environment.MachineName
        && new DriveInfo(folder.Root).DriveType == DriveType.Network;

    static string? Host(string holder)
    {
        var (on, since) = (holder.IndexOf(On, StringComparison.Ordinal), holder.LastIndexOf(Since, StringComparison.Ordinal));
        return on >= 0 && since > on ? holder[(on + On.Length)..since] : null;
    }

    static string? Holder(DataFolder folder)
    {
        try
        {
            // In a file of its own: the lock itself can be opened by nobody else.
            return File.ReadAllText(folder.LockHolder) is { Length: > 0 } holder ? holder : null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}

/// <summary>A data folder that cannot be used as asked.</summary>
public class DataFolderException(string message, Exception? inner = null) : Exception(message, inner);
