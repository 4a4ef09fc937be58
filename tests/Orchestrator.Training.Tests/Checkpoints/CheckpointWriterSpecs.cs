using System.Collections.Immutable;
using Orchestrator.Training.Checkpoints;

namespace Orchestrator.Training.Tests.Checkpoints;

public sealed class CheckpointWriterSpecs
{
    readonly CheckpointWriter _writer = new();
    readonly List<string> _told = [];

    [Fact]
    public void Who_begins_one_goes_on_and_is_told_on_its_own_thread_once_it_is_written()
    {
        using var disk = new ManualResetEventSlim();
        var self = Environment.CurrentManagedThreadId;
        _writer.Begin(
            () =>
            {
                disk.Wait(TestContext.Current.CancellationToken);
                return Of("first");
            },
            written => _told.Add($"{written.Folder} {Environment.CurrentManagedThreadId == self}")
        );
        _writer.Look();
        Assert.Empty(_told);
        disk.Set();
        SpinWait.SpinUntil(() =>
        {
            _writer.Look();
            return _told.Count > 0;
        });
        _writer.Look();
        _writer.Finish();
        _writer.Dispose();
        Assert.Equal(["first True"], _told);
    }

    [Fact]
    public void One_is_written_and_told_after_the_other()
    {
        foreach (var name in new[] { "first", "second", "third" })
            Begin(name);
        Assert.Equal(["first", "second"], _told);
        _writer.Finish();
        Assert.Equal(["first", "second", "third"], _told);
    }

    [Fact]
    public void A_disk_that_fails_is_told_once_by_what_waits_for_it()
    {
        _writer.Begin(() => throw new IOException("no space left"), _ => _told.Add("never"));
        Assert.Equal("no space left", Assert.Throws<IOException>(() => Begin("next")).Message);
        _writer.Finish();
        Assert.Empty(_told);
    }

    [Fact]
    public void Training_that_fails_waits_for_the_disk_and_is_told_what_it_wrote_and_nothing_of_what_it_did_not()
    {
        Begin("last");
        _writer.Dispose();
        Assert.Equal(["last"], _told);
        _writer.Begin(() => throw new IOException("no space left"), _ => _told.Add("never"));
        _writer.Dispose();
        _writer.Finish();
        Assert.Equal(["last"], _told);
    }

    void Begin(string name) => _writer.Begin(() => Of(name), written => _told.Add(written.Folder));

    static Checkpoint Of(string folder) =>
        new(folder, null!, ImmutableDictionary<string, StoredTensor>.Empty, ImmutableDictionary<string, StoredTensor>.Empty);
}
