using System.Data.Common;
using Microsoft.Data.Sqlite;
using Orchestrator.Sweeps;

namespace Orchestrator.Cluster.Journal;

/// <summary>
/// The journal of a data folder as somebody looks at it who may only read: also while a coordinator writes it, and after one was killed.
/// Nothing is made or changed in the folder. Not for the process that writes the journal: to close a file takes away all locks that the
/// process has on it.
/// </summary>
/// <param name="but">A sweep that may have trained without a journal that is there now.</param>
public sealed class ReadOnlyJournal(DataFolder folder, string? but = null) : IJournalSource
{
    // A writer that opens and closes the journal all the time is met open in every few.
    const int MostTries = 20;

    // SQLite follows a link before it names the other files.
    string File => JournalFile.Of(folder).FullName;

    string WriteAheadLog => File + "-wal";

    string Index => File + "-shm";

    public T Read<T>(T none, Func<DbConnection, T> read) =>
        ReadFile(none, connection => SqliteJournal.HasTable(connection) ? read(connection) : none);

    /// <summary>Reads also where the file has no table of ours.</summary>
    /// <inheritdoc cref="Read"/>
    internal T ReadFile<T>(T none, Func<SqliteConnection, T> read)
    {
        if (!IsThere())
            return none;
        for (var tries = 1; ; tries++)
        {
            var before = Stamp();
            try
            {
                using var opened = Open(before, tries);
                var answer = read(opened.Connection);
                // Without the writer's locks what was read is one state of the journal only if nobody wrote meanwhile.
                if (opened.IsLocked || Stamp() == before)
                    return answer;
                if (tries == MostTries)
                    throw new JournalException($"{folder.Journal} is being written all the time; try again");
            }
            catch (Exception error) when (error is SqliteException or IOException or UnauthorizedAccessException)
            {
                if (tries == MostTries || (tries > 1 && Stamp() == before))
                    throw new JournalException(SqliteJournal.Describe(folder, error), error);
            }
        }
    }

    Opened Open((long, long, long, long) stamp, int tries)
    {
        // The log is empty after a coordinator ended in order: all is in the one file then.
        if (stamp.Item3 <= 0)
            return new Opened(Connect(File, "?mode=ro&immutable=1"), IsLocked: false, Copy: null);
        // The index is there while a coordinator runs, and where one was killed.
        if (tries % 2 == 1 && System.IO.File.Exists(Index))
            return new Opened(Connect(File, "?mode=ro"), IsLocked: true, Copy: null);
        var copy = Directory.CreateTempSubdirectory("journal-");
        try
        {
            var file = Path.Combine(copy.FullName, Path.GetFileName(File));
            Copy(File, file);
            Copy(WriteAheadLog, file + "-wal");
            return new Opened(Connect(file, ""), IsLocked: false, copy);
        }
        catch
        {
            copy.Delete(recursive: true);
            throw;
        }
    }

    static SqliteConnection Connect(string file, string how)
    {
        // As an address, the only form that takes options; names may hold what is special in one.
        var address = "file://" + string.Join('/', file.Split('/').Select(Uri.EscapeDataString)) + how;
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = address, Pooling = false }.ToString());
        try
        {
            connection.Open();
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    static void Copy(string from, string to)
    {
        using var source = new FileStream(from, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        using var target = new FileStream(to, FileMode.CreateNew, FileAccess.Write, FileShare.None);
        source.CopyTo(target);
    }

    bool IsThere()
    {
        var found = JournalFile.Look(folder);
        if (found == JournalFile.Found.Nothing)
            JournalFile.RefuseBesideSweeps(folder, "is missing", but);
        else if (found == JournalFile.Found.Empty)
            JournalFile.RefuseBesideSweeps(folder, "is empty");
        return found == JournalFile.Found.Journal;
    }

    (long, long, long, long) Stamp()
    {
        var (journal, log) = (new FileInfo(File), new FileInfo(WriteAheadLog));
        return (Length(journal), journal.LastWriteTimeUtc.Ticks, Length(log), log.LastWriteTimeUtc.Ticks);
    }

    static long Length(FileInfo file) => file.Exists ? file.Length : -1;

    sealed record Opened(SqliteConnection Connection, bool IsLocked, DirectoryInfo? Copy) : IDisposable
    {
        public void Dispose()
        {
            Connection.Dispose();
            Copy?.Delete(recursive: true);
        }
    }
}
