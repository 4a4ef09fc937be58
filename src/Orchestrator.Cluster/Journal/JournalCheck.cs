using Microsoft.Data.Sqlite;
using Orchestrator.Sweeps;

namespace Orchestrator.Cluster.Journal;

/// <summary>Whether the journal of a data folder is whole. What is wrong is found once, before anything is started.</summary>
public static class JournalCheck
{
    // What else the journal plugin makes in its database.
    const string ForeignTables =
        "SELECT group_concat(name, ', ') FROM sqlite_master WHERE type = 'table' AND name NOT IN ('journal', 'tags', 'snapshot', "
        + "'journal_metadata') AND name NOT LIKE 'sqlite_%'";
    const string NotJson = "SELECT persistence_id, sequence_number FROM journal WHERE NOT json_valid(CAST(message AS TEXT)) LIMIT 1";

    // Of a sweep that was deleted the plugin leaves a mark, from which the numbers of a later one of its name go on.
    const string Gaps =
        "SELECT persistence_id, COUNT(*) FROM journal GROUP BY persistence_id "
        + "HAVING SUM(NOT deleted) <> MAX(sequence_number) - MAX(CASE WHEN deleted THEN sequence_number ELSE 0 END) LIMIT 1";
    const string Manifests = "SELECT manifest, persistence_id, MIN(sequence_number) FROM journal GROUP BY manifest";

    /// <summary>Looks as somebody who may only read, also while a coordinator writes.</summary>
    /// <returns>The number of events; null where there is no journal yet.</returns>
    /// <exception cref="JournalException">It is damaged, or missing beside the sweeps that it told of.</exception>
    public static long? Look(DataFolder folder) =>
        new ReadOnlyJournal(folder).ReadFile<long?>(
            null,
            connection =>
            {
                Whole(folder, connection);
                Content(folder, connection);
                return SqliteJournal.HasTable(connection)
                    ? (long?)SqliteJournal.Ask(connection, "SELECT COUNT(*) FROM journal WHERE NOT deleted")
                    : null;
            }
        );

    /// <summary>Whether a coordinator may begin on the journal of a data folder whose lock it holds.</summary>
    /// <param name="sweep">The only one that is looked after, by somebody who looks himself what is left of it; null for all there
    /// are.</param>
    /// <exception cref="JournalException">It is damaged, cannot be written, or is missing beside the sweeps that it told of.</exception>
    public static void Require(DataFolder folder, string? sweep = null)
    {
        var found = JournalFile.Look(folder);
        if (found != JournalFile.Found.Journal)
        {
            if (found == JournalFile.Found.Nothing)
                JournalFile.RefuseBesideSweeps(folder, "is missing", sweep);
            else
                JournalFile.RefuseBesideSweeps(folder, "is empty");
            return;
        }

        try
        {
            using var connection = new SqliteConnection(
                new SqliteConnectionStringBuilder
                {
                    DataSource = folder.Journal,
                    Mode = SqliteOpenMode.ReadWrite,
                    Pooling = false,
                }.ToString()
            );
            connection.Open();
            Whole(folder, connection);
            SqliteJournal.Ask(connection, "BEGIN IMMEDIATE");
            SqliteJournal.Ask(connection, "ROLLBACK");
            Content(folder, connection);
        }
        catch (SqliteException error)
        {
            throw new JournalException(SqliteJournal.Describe(folder, error), error);
        }
    }

    static void Whole(DataFolder folder, SqliteConnection connection)
    {
        if (SqliteJournal.Ask(connection, "PRAGMA quick_check(1)") is not "ok" and var damage)
            throw Damaged(folder, $"{damage}".ReplaceLineEndings(" "));
    }

    static void Content(DataFolder folder, SqliteConnection connection)
    {
        if (SqliteJournal.HasTable(connection))
            Rows(folder, connection);
        else if (SqliteJournal.Ask(connection, ForeignTables) is string foreign)
            throw new JournalException(
                $"{folder.Journal} is another program's database (its tables: {foreign}); move it away, or give another --data-dir"
            );
        else
            JournalFile.RefuseBesideSweeps(folder, "has lost its table");
    }

    static void Rows(DataFolder folder, SqliteConnection connection)
    {
        if (First(connection, NotJson) is [var of, var number, ..])
            throw Damaged(folder, $"{Whose(of)}: event {number} cannot be read");
        if (First(connection, Gaps) is [var lost, ..])
            throw Damaged(folder, $"{Whose(lost)}: events are missing");
        using var command = connection.CreateCommand();
        command.CommandText = Manifests;
        using var rows = command.ExecuteReader();
        while (rows.Read())
        {
            if (!Serialization.Manifests.Events.Types.ContainsKey(rows.GetString(0)))
                throw new JournalException(
                    $"{folder.Journal}: {Whose(rows.GetString(1))}: event {rows.GetInt64(2)} is of a kind that this version does not "
                        + $"know, '{rows.GetString(0)}'; use the version that wrote it"
                );
        }

        if (First(connection, "SELECT 1 FROM journal LIMIT 1") is null)
            JournalFile.RefuseBesideSweeps(folder, "is without events");
    }

    static object[]? First(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        using var rows = command.ExecuteReader();
        if (!rows.Read())
            return null;
        var row = new object[rows.FieldCount];
        rows.GetValues(row);
        return row;
    }

    static string Whose(object persistenceId) =>
        PersistenceIds.SweepOf($"{persistenceId}") is { } sweep ? $"sweep '{sweep}'" : "the list of sweeps";

    static JournalException Damaged(DataFolder folder, string how) =>
        new($"{folder.Journal} is damaged ({how}); put it back from a backup");
}
