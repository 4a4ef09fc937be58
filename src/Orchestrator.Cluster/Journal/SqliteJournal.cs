using System.Data.Common;
using System.Text;
using Microsoft.Data.Sqlite;
using Orchestrator.Sweeps;

namespace Orchestrator.Cluster.Journal;

/// <summary>The journal of one data folder: one SQLite file, written by one process, which this one is. Others look at it through
/// <see cref="ReadOnlyJournal"/>.</summary>
public sealed record SqliteJournal(DataFolder Folder) : JournalDatabase
{
    const int Wrong = 1,
        Full = 13,
        Busy = 5,
        Locked = 6,
        ReadOnly = 8,
        InputOutput = 10,
        Corrupt = 11,
        CannotOpen = 14,
        NotADatabase = 26;

    /// <summary>Bytes of the longest path that SQLite opens, with the endings of the files that it keeps beside its own.</summary>
    const int LongestPath = 511;

    /// <summary>Why there can be no journal in a folder, as far as its name tells; null where there can.</summary>
    public static string? Refusal(DataFolder folder) =>
        Encoding.UTF8.GetByteCount($"{folder.Journal}-journal") is var length && length > LongestPath
            ? $"the path of the data folder is too long for its journal ({length} bytes, and SQLite takes {LongestPath}); give a shorter "
                + "one, or a link to it"
            : null;

    public override bool IsShared => false;

    protected override string Provider => "SQLite.MS";

    // One writes at a time: several would wait for each other, a seventh of a second each time. Who only reads locks out nobody who writes.
    protected override string Options =>
        """
            parallelism = 1
            batch-size = 1000
            read-isolation-level = read-uncommitted
            """;

    protected override string ConnectionString => new SqliteConnectionStringBuilder { DataSource = Folder.Journal }.ToString();

    /// <summary>Creates the file where there is none. Write-ahead logging, which the file remembers, lets others read while the coordinator
    /// writes and halves the time of a write.</summary>
    public override void Prepare()
    {
        using var connection = new SqliteConnection(ConnectionString);
        connection.Open();
        Ask(connection, "PRAGMA journal_mode=WAL");
    }

    public override bool HasRoom => NoSpace(Folder) is null;

    public override void TryWriting()
    {
        // The smallest that goes the whole way to the disk: the number is not ours, and stays what it is.
        using var connection = new SqliteConnection(ConnectionString);
        connection.Open();
        Ask(connection, $"PRAGMA user_version={Ask(connection, "PRAGMA user_version")}");
    }

    public override string Describe(Exception failure) => Describe(Folder, failure);

    /// <summary>What a failure means to whoever has to mend it.</summary>
    internal static string Describe(DataFolder folder, Exception failure) =>
        failure is JournalException known
            ? known.Message
            : failure.GetBaseException() switch
            {
                SqliteException { SqliteErrorCode: Full } => $"no space left on the device of {folder.Root}",
                SqliteException { SqliteErrorCode: ReadOnly } =>
                    $"{folder.Journal} cannot be written: it, its folder or its file system is read-only",
                SqliteException { SqliteErrorCode: InputOutput } io => NoSpace(folder)
                    ?? $"{folder.Journal}: input/output error ({io.Message})",
                SqliteException { SqliteErrorCode: CannotOpen } cannot => NoSpace(folder)
                    ?? $"{folder.Journal} cannot be opened: {cannot.Message}",
                SqliteException { SqliteErrorCode: Corrupt or NotADatabase } damage =>
                    $"{folder.Journal} is damaged ({damage.Message}); put it back from a backup",
                SqliteException { SqliteErrorCode: Busy or Locked } => $"{folder.Journal} is locked by another program; try again",
                SqliteException { SqliteErrorCode: Wrong } wrong =>
                    $"{folder.Journal} is another program's database ({wrong.Message}); move it away, or give another --data-dir",
                var other => $"{folder.Journal}: {other.Message}",
            };

    protected override string CountOfTables => Tables;

    protected override DbConnection? Reader() =>
        !File.Exists(Folder.Journal)
            ? null
            : new SqliteConnection(
                new SqliteConnectionStringBuilder
                {
                    DataSource = Folder.Journal,
                    Mode = SqliteOpenMode.ReadWrite, // a reader of a write-ahead log may have to create its index file
                    Pooling = false,
                }.ToString()
            );

    internal static bool HasTable(SqliteConnection connection) => Ask(connection, Tables) is > 0L;

    internal static object? Ask(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return command.ExecuteScalar();
    }

    const string Tables = "SELECT COUNT(*) FROM sqlite_master WHERE type = 'table' AND name = 'journal'";

    // Some failures for want of room are told as others: the index beside the log cannot be made longer, a file not be made.
    static string? NoSpace(DataFolder folder)
    {
        try
        {
            return new DriveInfo(folder.Root).AvailableFreeSpace < 1 << 16 ? $"no space left on the device of {folder.Root}" : null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
