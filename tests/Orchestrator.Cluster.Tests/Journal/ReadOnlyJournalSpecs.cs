namespace Orchestrator.Cluster.Tests.Journal;

/// <summary>To look at a journal changes nothing in its folder, whatever state a coordinator left it in.</summary>
public sealed class ReadOnlyJournalSpecs
{
    static readonly int Events = Count(new JournalFolder());

    [Theory]
    [InlineData("plain")]
    [InlineData("a?b#c%20d 'e' \"f\" ü;g=h")]
    public void Of_a_coordinator_that_ended(string name)
    {
        using var journal = new JournalFolder(name);
        journal.Write("PRAGMA journal_mode=WAL", JournalFolder.Again).Dispose();
        Look(journal);
    }

    [Fact]
    public void Of_one_that_works()
    {
        using var journal = new JournalFolder();
        using var writer = journal.Write("PRAGMA journal_mode=WAL", JournalFolder.Again);
        Look(journal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Of_one_that_was_killed(bool withIndex)
    {
        using var journal = JournalFolder.Killed(withIndex);
        Look(journal);
    }

    [Fact]
    public void Through_a_link()
    {
        using var journal = JournalFolder.Killed(withIndex: true);
        using var other = new JournalFolder();
        File.Delete(other.Folder.Journal);
        File.CreateSymbolicLink(other.Folder.Journal, journal.Folder.Journal);
        Look(other);
    }

    [Fact]
    public void Where_there_is_none_there_are_no_sweeps()
    {
        using var journal = new JournalFolder();
        File.Delete(journal.Folder.Journal);
        Assert.Empty(journal.Reader.Sweeps());
        Assert.Null(journal.Reader.Sweep("tiny"));
    }

    [Fact]
    public async Task While_a_coordinator_writes_each_look_is_of_one_moment()
    {
        using var journal = new JournalFolder();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        var began = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var writing = Task.Run(
            () =>
            {
                // Sometimes the last one out, which takes the log away.
                while (!stop.IsCancellationRequested)
                {
                    using (
                        journal.Write(
                            "PRAGMA journal_mode=WAL",
                            "PRAGMA wal_autocheckpoint=4",
                            JournalFolder.Again,
                            JournalFolder.Again,
                            JournalFolder.Again
                        )
                    ) { }
                    began.TrySetResult();
                }
            },
            CancellationToken.None
        );
        await began.Task.WaitAsync(stop.Token);
        for (var (look, before) = (0, 0); look < 200; look++)
        {
            var count = journal.Reader.Events("tiny").Count();
            Assert.InRange(count, before, int.MaxValue);
            before = count;
        }

        await stop.CancelAsync();
        await writing;
    }

    static void Look(JournalFolder journal)
    {
        var before = journal.Files();
        Assert.Equal(Events + 1, journal.Reader.Events("tiny").Count());
        Assert.Equal("tiny", Assert.Single(journal.Reader.Sweeps()));
        Assert.Equal(before, journal.Files());
    }

    static int Count(JournalFolder journal)
    {
        using (journal)
            return journal.Reader.Events("tiny").Count();
    }
}
