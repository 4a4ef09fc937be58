using System.Data.Common;
using Npgsql;

namespace Orchestrator.Cluster.Journal;

/// <summary>A journal on PostgreSQL: any coordinator may take over, and the unique (persistence id, sequence number) holds two of them
/// apart.</summary>
public sealed record PostgresJournal : JournalDatabase
{
    readonly NpgsqlConnectionStringBuilder _connection;

    /// <param name="connectionString">As Npgsql reads it: <c>Host=db;Database=orchestrator;Username=…;Password=…</c>.</param>
    /// <exception cref="ArgumentException">It cannot be read.</exception>
    public PostgresJournal(string connectionString)
    {
        _connection = new NpgsqlConnectionStringBuilder(connectionString);
        if (string.IsNullOrEmpty(_connection.Host))
            throw new ArgumentException("the connection string names no Host");
        var given = new DbConnectionStringBuilder { ConnectionString = connectionString };
        // A database that is restarting must be seen soon, and asked again.
        if (!given.ContainsKey("Timeout"))
            _connection.Timeout = 5;
        if (!given.ContainsKey("Command Timeout") && !given.ContainsKey("CommandTimeout"))
            _connection.CommandTimeout = 10;
        // Nor may it be the coordinator that takes over who finds out that the connections it kept were lost in such a restart.
        if (!given.ContainsKey("Keepalive"))
            _connection.KeepAlive = 5;
        // A coordinator that is stopped in the middle of a write would hold that sequence number against the one that takes over, for as
        // long as its connection lives.
        if (string.IsNullOrEmpty(_connection.Options))
            _connection.Options = "-c idle_in_transaction_session_timeout=5s";
    }

    public override bool IsShared => true;

    /// <summary>The address for people, without its password.</summary>
    public string Masked =>
        new NpgsqlConnectionStringBuilder(_connection.ConnectionString)
        {
            Password = _connection.Password is null ? null : "***",
        }.ConnectionString;

    // The oldest dialect that knows all we use; every later server speaks it.
    protected override string Provider => "PostgreSQL.15";

    protected override string ConnectionString => _connection.ConnectionString;

    protected override string CountOfTables => "SELECT COUNT(to_regclass('journal'))";

    protected override DbConnection Reader() => new NpgsqlConnection(ConnectionString);

    /// <summary>Nothing of the password may reach a log.</summary>
    public override string ToString() => Masked;
}
