using Microsoft.Data.Sqlite;
using Orchestrator.Cluster.Serialization;
using Orchestrator.Sweeps;
using Orchestrator.Sweeps.Domain;

namespace Orchestrator.Cluster.Journal;

/// <summary>Reads the sweeps of a data folder from its journal, also while another process writes it.</summary>
public static class JournalReader
{
    /// <summary>Names of the sweeps in the journal, oldest first; empty where there is no journal.</summary>
    public static IReadOnlyList<string> Sweeps(DataFolder folder) =>
        Read(folder, PersistenceIds.Coordinator).OfType<SweepAccepted>().Select(accepted => accepted.Sweep).ToList();

    /// <summary>The state of one sweep; null where the journal has none of that name.</summary>
    public static SweepState? Sweep(DataFolder folder, string sweep) => Replay(Events(folder, sweep));

    public static IEnumerable<SweepEvent> Events(DataFolder folder, string sweep) => Read(folder, PersistenceIds.Sweep(sweep)).Cast<SweepEvent>();

    public static SweepState? Replay(IEnumerable<SweepEvent> events) => events.Aggregate((SweepState?)null, SweepState.Apply);

    static List<object> Read(DataFolder folder, string persistenceId)
    {
        var found = new List<object>();
        if (!File.Exists(folder.Journal)) return found;
        using var connection = new SqliteConnection(new SqliteConnectionStringBuilder
        {
            DataSource = folder.Journal,
            Mode = SqliteOpenMode.ReadWrite,   // a reader of a write-ahead log may have to create its index file
            Pooling = false,
        }.ToString());
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT manifest, message FROM journal WHERE persistence_id = $id ORDER BY sequence_number";
        command.Parameters.AddWithValue("$id", persistenceId);
        using var rows = command.ExecuteReader();
        while (rows.Read())
            found.Add(JsonManifestSerializer.Read((byte[])rows[1], rows.GetString(0)));
        return found;
    }
}
