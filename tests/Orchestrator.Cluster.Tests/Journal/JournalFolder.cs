using Microsoft.Data.Sqlite;
using Orchestrator.Cluster.Journal;
using Orchestrator.Sweeps;

namespace Orchestrator.Cluster.Tests.Journal;

/// <summary>A data folder with the sample journal in it, to be damaged.</summary>
sealed class JournalFolder : IDisposable
{
    readonly TemporaryFolder _directory = new();

    /// <param name="name">Of the folder within a folder of its own.</param>
    public JournalFolder(string name = "data")
    {
        Directory.CreateDirectory(Data(name).Root);
        Folder = Data(name);
        File.Copy(Path.Combine(AppContext.BaseDirectory, "Journal", "Samples", "journal-0.1.0.db"), Folder.Journal);
    }

    public DataFolder Folder { get; }

    public JournalReader Reader => new(new ReadOnlyJournal(Folder));

    /// <summary>What an earlier coordinator trained here.</summary>
    public void AddTrained() => Directory.CreateDirectory(Folder.Trial("tiny", 1));

    public SqliteConnection Write(params string[] statements)
    {
        var connection = new SqliteConnection(
            new SqliteConnectionStringBuilder { DataSource = Folder.Journal, Pooling = false }.ToString()
        );
        connection.Open();
        foreach (var statement in statements)
        {
            using var command = connection.CreateCommand();
            command.CommandText = statement;
            command.ExecuteNonQuery();
        }

        return connection;
    }

    /// <summary>A journal as a coordinator that is killed leaves it: the newest event in the log beside it alone.</summary>
    public static JournalFolder Killed(bool withIndex)
    {
        var (live, killed) = (new JournalFolder(), new JournalFolder());
        using (live.Write("PRAGMA journal_mode=WAL", Again))
        {
            File.Copy(live.Folder.Journal, killed.Folder.Journal, overwrite: true);
            File.Copy(live.Folder.Journal + "-wal", killed.Folder.Journal + "-wal");
            if (withIndex)
                File.Copy(live.Folder.Journal + "-shm", killed.Folder.Journal + "-shm");
        }

        live.Dispose();
        return killed;
    }

    /// <summary>The last event of the sweep once more, as one that follows.</summary>
    public const string Again = """
        INSERT INTO journal (created, deleted, persistence_id, sequence_number, message, manifest, identifier, writer_uuid)
        SELECT created, deleted, persistence_id, sequence_number + 1, message, manifest, identifier, writer_uuid FROM journal
        WHERE persistence_id = 'sweep-tiny' ORDER BY sequence_number DESC LIMIT 1
        """;

    public string[] Files() =>
        [
            .. Directory
                .EnumerateFiles(Folder.Root)
                .Select(file => $"{Path.GetFileName(file)} {new FileInfo(file).Length}")
                .Order(StringComparer.Ordinal),
        ];

    public void Dispose() => _directory.Dispose();

    DataFolder Data(string name) => new(_directory.At(name));
}
