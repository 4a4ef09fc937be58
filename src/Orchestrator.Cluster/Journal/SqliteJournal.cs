using Microsoft.Data.Sqlite;
using Orchestrator.Sweeps;

namespace Orchestrator.Cluster.Journal;

/// <summary>The journal of one data folder: one SQLite file.</summary>
public static class SqliteJournal
{
    /// <summary>HOCON of the journal plugin for this file. There are no snapshots: a sweep's journal is short and read once.</summary>
    public static string Hocon(DataFolder folder) => $$"""
        akka.persistence.journal {
          plugin = "akka.persistence.journal.sql"
          sql {
            connection-string = {{Quoted(Connection(folder))}}
            provider-name = "SQLite.MS"
          }
        }
        """;

    /// <summary>Creates the file where there is none. Write-ahead logging, which the file remembers, lets others read while the coordinator writes and halves the time of a write.</summary>
    public static void Prepare(DataFolder folder)
    {
        using var connection = new SqliteConnection(Connection(folder));
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "PRAGMA journal_mode=WAL";
        command.ExecuteScalar();
    }

    /// <summary>A string as HOCON writes it: as JSON does.</summary>
    internal static string Quoted(string text) => System.Text.Json.JsonSerializer.Serialize(text);

    static string Connection(DataFolder folder) => new SqliteConnectionStringBuilder { DataSource = folder.Journal }.ToString();
}
