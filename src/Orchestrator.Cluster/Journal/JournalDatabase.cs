using System.Data.Common;

namespace Orchestrator.Cluster.Journal;

/// <summary>Where the events of sweeps are kept: one SQLite file, or PostgreSQL where coordinators fail over.</summary>
public abstract record JournalDatabase
{
    /// <summary>More than one coordinator may use it at a time.</summary>
    public abstract bool IsShared { get; }

    /// <summary>HOCON of the journal plugin. There are no snapshots: a sweep's journal is short and read once.</summary>
    public string Hocon => $$"""
        akka.persistence.journal {
          plugin = "akka.persistence.journal.sql"
          sql {
            connection-string = {{Quoted(ConnectionString)}}
            provider-name = "{{Provider}}"
          }
        }
        """;

    protected abstract string Provider { get; }

    protected abstract string ConnectionString { get; }

    /// <summary>Makes ready what the plugin does not make itself.</summary>
    public virtual void Prepare()
    {
    }

    /// <summary>A connection for reading, opened; null while there is no journal yet.</summary>
    /// <exception cref="DbException">The database does not answer.</exception>
    public DbConnection? OpenForReading()
    {
        if (Reader() is not { } connection) return null;
        connection.Open();
        // The database is there before the coordinator that starts has made its table.
        using var command = connection.CreateCommand();
        command.CommandText = CountOfTables;
        if (command.ExecuteScalar() is > 0L) return connection;
        connection.Dispose();
        return null;
    }

    /// <summary>A connection for reading, not yet opened; null where there is no database.</summary>
    protected abstract DbConnection? Reader();

    /// <summary>SQL for how many tables of the journal's name there are: a 64-bit number.</summary>
    protected abstract string CountOfTables { get; }

    /// <summary>A string as HOCON writes it: as JSON does.</summary>
    internal static string Quoted(string text) => System.Text.Json.JsonSerializer.Serialize(text);
}
