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

    /// <summary>Asks the server what it is, and what this user may do there. Nothing is made or changed.</summary>
    /// <exception cref="NpgsqlException">It does not answer, or lets this user in nowhere.</exception>
    internal async Task<PostgresFacts> AskAsync(TimeProvider time, CancellationToken cancel)
    {
        var connection = new NpgsqlConnection(ConnectionString);
        await using var _ = connection.ConfigureAwait(false);
        await connection.OpenAsync(cancel).ConfigureAwait(false);
        var command = new NpgsqlCommand(PostgresFacts.Question, connection);
        await using var __ = command.ConfigureAwait(false);
        var before = time.GetUtcNow();
        var row = await command.ExecuteReaderAsync(cancel).ConfigureAwait(false);
        await using var ___ = row.ConfigureAwait(false);
        await row.ReadAsync(cancel).ConfigureAwait(false);
        var after = time.GetUtcNow();
        return new PostgresFacts(
            connection.PostgreSqlVersion,
            row.GetBoolean(0),
            row.GetBoolean(1),
            await row.GetFieldValueAsync<DateTimeOffset>(2, cancel).ConfigureAwait(false) - (before + ((after - before) / 2))
        );
    }

    /// <summary>The server and the database, in short.</summary>
    internal string Place => $"{_connection.Host}:{_connection.Port}, database {_connection.Database ?? _connection.Username}";

    /// <summary>Whether other machines lie between this one and the server.</summary>
    internal bool IsElsewhere => _connection.Host is not ("localhost" or "127.0.0.1" or "::1" or ['/', ..]);

    /// <summary>Nothing of the password may reach a log.</summary>
    public override string ToString() => Masked;
}
