using System.Data.Common;

namespace Orchestrator.Cluster.Journal;

/// <summary>Where the events of sweeps are kept: one SQLite file, or PostgreSQL where coordinators fail over.</summary>
public abstract record JournalDatabase : IJournalSource
{
    /// <summary>Whether more than one coordinator may use it at a time.</summary>
    public abstract bool IsShared { get; }

    /// <summary>HOCON of the plugins for the journal, and for snapshots in the same database.</summary>
    public string Hocon =>
        $$"""
            akka.persistence {
              journal {
                plugin = "akka.persistence.journal.sql"
                sql { {{Connection}} }
              }
              snapshot-store {
                plugin = "akka.persistence.snapshot-store.sql"
                sql {
                  {{Connection}}
                  # The journal has everything that one tells.
                  snapshot-is-optional = on
                }
              }
            }
            """;

    string Connection =>
        $"""
            connection-string = {Quoted(ConnectionString)}
            provider-name = "{Provider}"
            {Options}
            """;

    /// <summary>HOCON of what else the plugins are told of this kind of database.</summary>
    protected virtual string Options => "";

    protected abstract string Provider { get; }

    protected abstract string ConnectionString { get; }

    /// <summary>Makes ready what the plugin does not make itself.</summary>
    public virtual void Prepare() { }

    public T Read<T>(T none, Func<DbConnection, T> read)
    {
        using var connection = Reader();
        if (connection is null)
            return none;
        connection.Open();
        // The database is there before the coordinator that starts has made its table.
        using var command = connection.CreateCommand();
        command.CommandText = CountOfTables;
        return command.ExecuteScalar() is > 0L ? read(connection) : none;
    }

    /// <summary>False where it is to be expected that nothing can be written.</summary>
    public virtual bool HasRoom => true;

    /// <summary>Writes something that changes nothing.</summary>
    /// <exception cref="DbException">Nothing can be written.</exception>
    public virtual void TryWriting() { }

    /// <summary>What a failure of the journal means to whoever has to mend it.</summary>
    public virtual string Describe(Exception failure) =>
        failure is JournalException known ? known.Message : "the journal does not answer; try again";

    /// <summary>A connection for reading, not yet opened; null where there is no database.</summary>
    protected abstract DbConnection? Reader();

    /// <summary>SQL for how many tables of the journal's name there are: a 64-bit number.</summary>
    protected abstract string CountOfTables { get; }

    /// <summary>A string as HOCON writes it: as JSON does.</summary>
    internal static string Quoted(string text) => System.Text.Json.JsonSerializer.Serialize(text);
}
