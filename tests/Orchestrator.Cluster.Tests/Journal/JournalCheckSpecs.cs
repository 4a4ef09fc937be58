using Orchestrator.Cluster.Journal;

namespace Orchestrator.Cluster.Tests.Journal;

/// <summary>Journals on which no coordinator may begin: one message that says what is wrong and what to do, and nothing is
/// changed.</summary>
public sealed class JournalCheckSpecs
{
    [Fact]
    public void A_whole_journal_and_a_new_folder_are_taken()
    {
        using var journal = new JournalFolder();
        journal.AddTrained();
        Assert.InRange(JournalCheck.Look(journal.Folder)!.Value, 2, long.MaxValue);
        JournalCheck.Require(journal.Folder);
        using var killed = JournalFolder.Killed(withIndex: true);
        Assert.Equal(JournalCheck.Look(journal.Folder) + 1, JournalCheck.Look(killed.Folder));
        JournalCheck.Require(killed.Folder);
        File.Delete(journal.Folder.Journal);
        Directory.Delete(journal.Folder.Sweeps, recursive: true);
        // What was written before the journal was made.
        Directory.CreateDirectory(journal.Folder.Sweep("tiny"));
        Assert.Null(JournalCheck.Look(journal.Folder));
        JournalCheck.Require(journal.Folder);
        new SqliteJournal(journal.Folder).Prepare();
        JournalCheck.Require(journal.Folder);
    }

    [Theory]
    [InlineData("missing", "is missing, and ")]
    [InlineData("empty", "is empty, and ")]
    [InlineData("without its table", "has lost its table, and ")]
    [InlineData("without rows", "is without events, and ")]
    public void No_new_journal_is_begun_beside_sweeps_that_have_trained(string how, string what)
    {
        using var journal = new JournalFolder();
        journal.AddTrained();
        Change(journal, how);
        var refused = Refused(journal, what);
        Assert.Contains("(tiny)", refused, StringComparison.Ordinal);
        Assert.Contains("from a backup, or move", refused, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("text", "is no SQLite file")]
    [InlineData("short", "is no SQLite file")]
    [InlineData("folder", "is a folder")]
    [InlineData("zeros", "is no SQLite file")]
    [InlineData("cut", "is damaged")]
    [InlineData("page", "is damaged")]
    [InlineData("json", "sweep 'tiny': event 4 cannot be read")]
    [InlineData("manifest", "sweep 'tiny': event 4 is of a kind that this version does not know, 'lease-granted.v9'")]
    [InlineData("gap", "sweep 'tiny': events are missing")]
    [InlineData("another", "is another program's database")]
    [InlineData("columns", "is another program's database")]
    public void What_is_no_whole_journal_is_refused(string how, string what)
    {
        using var journal = new JournalFolder();
        Change(journal, how);
        Refused(journal, what);
    }

    /// <summary>A node that runs, or somebody who looks, reads what a start would have refused.</summary>
    [Theory]
    [InlineData("json", "sweep 'tiny': event 4 of the journal cannot be read")]
    [InlineData("text row", "sweep 'tiny': event 4 of the journal cannot be read")]
    [InlineData("null row", "sweep 'tiny': event 4 of the journal cannot be read")]
    [InlineData("manifest", "sweep 'tiny': event 4 of the journal cannot be read: unknown manifest 'lease-granted.v9'")]
    [InlineData("other kind", "sweep 'tiny': event 4 of the journal is none of a sweep")]
    [InlineData("hollow", "sweep 'tiny': event 4 of the journal")]
    [InlineData("no trial", "sweep 'tiny': event 4 of the journal does not follow from those before it")]
    [InlineData("no beginning", "sweep 'tiny': event 2 of the journal does not follow from those before it")]
    [InlineData("list", "list of sweeps: event 1 of the journal cannot be read")]
    [InlineData("text", "is no SQLite file")]
    [InlineData("cut", "is damaged")]
    public void Whoever_reads_is_told_which_event_it_is(string how, string what)
    {
        using var journal = new JournalFolder();
        Change(journal, how);
        var refused = Assert.Throws<JournalException>(() => (journal.Reader.Sweeps(), journal.Reader.Sweep("tiny")));
        Assert.Contains(what, refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', refused.Message);
    }

    static string Refused(JournalFolder journal, string what)
    {
        var before = journal.Files();
        // Whoever may only read finds the same.
        Assert.Contains(what, Assert.Throws<JournalException>(() => JournalCheck.Look(journal.Folder)).Message, StringComparison.Ordinal);
        Assert.Equal(before, journal.Files());
        var refused = Assert.Throws<JournalException>(() => DataFolderLock.Take(journal.Folder, TimeProvider.System));
        Assert.Contains(what, refused.Message, StringComparison.Ordinal);
        Assert.StartsWith(journal.Folder.Journal, refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', refused.Message);
        Assert.Equal(before, journal.Files().Where(file => !file.StartsWith("lock", StringComparison.Ordinal)));
        Assert.False(DataFolderLock.IsInUse(journal.Folder));
        return refused.Message;
    }

    static void Change(JournalFolder journal, string how)
    {
        const string fourth = " WHERE persistence_id = 'sweep-tiny' AND sequence_number = 4";
        var file = journal.Folder.Journal;
        var bytes = File.ReadAllBytes(file);
        switch (how)
        {
            case "missing":
                File.Delete(file);
                break;
            case "empty":
                File.WriteAllText(file, "");
                break;
            case "text":
                File.WriteAllText(file, "name: not a journal\n");
                break;
            case "short":
                File.WriteAllText(file, "SQLite");
                break;
            case "zeros":
                File.WriteAllBytes(file, new byte[bytes.Length]);
                break;
            case "cut":
                File.WriteAllBytes(file, bytes[..(bytes.Length / 2)]);
                break;
            case "page":
                File.WriteAllBytes(file, [.. bytes[..8192], .. new byte[4096], .. bytes[12288..]]);
                break;
            case "folder":
                File.Delete(file);
                Directory.CreateDirectory(file);
                break;
            case "without its table":
                Write("DROP TABLE journal");
                break;
            case "without rows":
                Write("DELETE FROM journal");
                break;
            case "another":
                Write("DROP TABLE journal", "CREATE TABLE bookmarks (address TEXT)");
                break;
            case "columns":
                Write("DROP TABLE journal", "CREATE TABLE journal (day TEXT, entry TEXT)");
                break;
            case "json":
                Write("UPDATE journal SET message = CAST('{\"trial\":' AS BLOB)" + fourth);
                break;
            case "text row":
                Write("UPDATE journal SET message = 'no bytes'" + fourth);
                break;
            case "null row":
                Write("UPDATE journal SET message = CAST('null' AS BLOB)" + fourth);
                break;
            case "hollow":
                Write("UPDATE journal SET message = CAST('{}' AS BLOB)" + fourth);
                break;
            case "manifest":
                Write("UPDATE journal SET manifest = 'lease-granted.v9'" + fourth);
                break;
            case "other kind":
                Write("UPDATE journal SET manifest = 'sweep-accepted.v1', message = CAST('{\"sweep\":\"x\"}' AS BLOB)" + fourth);
                break;
            case "no trial":
                Write(
                    "UPDATE journal SET manifest = 'trial-completed.v1', message = "
                        + "CAST('{\"trial\":99,\"at\":\"2026-11-24T04:51:40+00:00\"}' AS BLOB)"
                        + fourth
                );
                break;
            case "gap":
                Write("DELETE FROM journal" + fourth);
                break;
            case "no beginning":
                Write("DELETE FROM journal WHERE persistence_id = 'sweep-tiny' AND sequence_number = 1");
                break;
            case "list":
                Write("UPDATE journal SET message = CAST('[' AS BLOB) WHERE persistence_id = 'coordinator'");
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(how), how, null);
        }

        void Write(params string[] statements) => journal.Write(statements).Dispose();
    }
}
