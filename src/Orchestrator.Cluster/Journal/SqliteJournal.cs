using System.Data.Common;
using Microsoft.Data.Sqlite;
using Orchestrator.Sweeps;

namespace Orchestrator.Cluster.Journal;

/// <summary>The journal of one data folder: one SQLite file, written by one process.</summary>
public sealed record SqliteJournal(DataFolder Folder) : JournalDatabase
{
    public override bool IsShared => false;

    protected override string Provider => "SQLite.MS";

    protected override string ConnectionString => new SqliteConnectionStringBuilder { DataSource = Folder.Journal }.ToString();

    /// <summary>Creates the file where there is none. Write-ahead logging, which the file remembers, lets others read while the coordinator writes and halves the time of a write.</summary>
    public override void Prepare()
    {
        using var connection = new SqliteConnection(ConnectionString);
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "PRAGMA journal_mode=WAL";
        command.ExecuteScalar();
    }

    protected override string CountOfTables => "SELECT COUNT(*) FROM sqlite_master WHERE type = 'table' AND name = 'journal'";

    protected override DbConnection? Reader() => !File.Exists(Folder.Journal) ? null : new SqliteConnection(new SqliteConnectionStringBuilder
    {
        DataSource = Folder.Journal,
        Mode = SqliteOpenMode.ReadWrite,   // a reader of a write-ahead log may have to create its index file
        Pooling = false,
    }.ToString());
}
