using Orchestrator.Cluster.Journal;

namespace Orchestrator.Cluster.Tests.Journal;

public sealed class SqliteJournalSpecs
{
    /// <summary>Whoever asks in the moment in which a coordinator starts is told that there is no sweep yet, and not that the journal
    /// fails.</summary>
    [Fact]
    public void A_file_without_the_journal_s_table_holds_no_sweep()
    {
        using var folder = new TemporaryFolder();
        var journal = new SqliteJournal(folder.Data);
        journal.Prepare();
        Assert.Empty(new JournalReader(journal).Sweeps());
        Assert.Equal(0, new JournalReader(journal).News(after: 0).Newest);
    }
}
