using Microsoft.Extensions.Time.Testing;
using Orchestrator.Cluster.Logs;

namespace Orchestrator.Cluster.Tests.Logs;

/// <summary>Logs that cannot be written, in every way that was thought of: whoever logs goes on, nothing piles up, and what is missing is
/// said once.</summary>
// They measure the memory of the whole process.
[Collection(nameof(Sequential))]
public sealed class LogWriterSpecs : IDisposable
{
    readonly TemporaryFolder _directory = new();
    readonly FakeTimeProvider _time = new();

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    string Log => _directory.At("orchestrator.log");

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task What_was_dropped_is_counted_in_one_line_when_there_is_room_again()
    {
        using var tried = new SemaphoreSlim(0);
        var reasons = new List<string>();
        var isFull = true;
        using (var log = new LogWriter(Open, _time, reasons.Add))
        {
            log.Write("lost");
            Assert.True(await tried.WaitAsync(TimeSpan.FromSeconds(30), Cancel));
            isFull = false;
            _time.Advance(LogWriter.Rest);
            log.Write("kept");
        }

        var lines = await File.ReadAllLinesAsync(Log, Cancel);
        Assert.EndsWith("1 lines could not be written here and were dropped", lines[0], StringComparison.Ordinal);
        Assert.Equal("kept", Assert.Single(lines.Skip(1)));
        Assert.Equal("no room", Assert.Single(reasons));

        Stream Open()
        {
            tried.Release();
            return isFull ? throw new IOException("no room") : new FileStream(Log, FileMode.Append);
        }
    }

    [Fact]
    public async Task Of_a_line_that_did_not_fit_nothing_stays()
    {
        using var tried = new SemaphoreSlim(0);
        await File.WriteAllTextAsync(Log, "before\n", Cancel);
        using (var log = new LogWriter(() => new Narrow(Log, room: 4, tried), _time))
        {
            log.Write("much too long");
            Assert.True(await tried.WaitAsync(TimeSpan.FromSeconds(30), Cancel));
        }

        Assert.Equal("before\n", await File.ReadAllTextAsync(Log, Cancel));
    }

    [Theory]
    [InlineData("full")]
    [InlineData("folder")]
    [InlineData("gone")]
    [InlineData("pipe")]
    public void Whoever_logs_is_never_held_up_and_nothing_piles_up(string what)
    {
        var path = what switch
        {
            "full" => Link("/dev/full"),
            "folder" => Directory.CreateDirectory(Log).FullName,
            "gone" => _directory.At("gone", "orchestrator.log"),
            _ => Pipe(Log),
        };
        var line = new string('x', 1000);
        var before = GC.GetTotalMemory(forceFullCollection: true);
        using (var log = LogWriter.ToFile(path, _time))
            for (var count = 0; count < 300_000; count++)
                log.Write($"{count} {line}");
        Assert.InRange(GC.GetTotalMemory(forceFullCollection: true) - before, long.MinValue, 40L << 20);
    }

    [Fact]
    public async Task A_log_that_was_moved_away_begins_anew()
    {
        using var log = LogWriter.ToFile(Log, _time);
        log.Write("first");
        await Holds("first\n");
        File.Move(Log, Log + ".1");
        log.Write("second");
        await Holds("second\n");
    }

    Task Holds(string text) => Eventually.TrueAsync(() => File.Exists(Log) && File.ReadAllText(Log) == text, TimeSpan.FromSeconds(20));

    string Link(string target) => File.CreateSymbolicLink(Log, target).FullName;

    static string Pipe(string path)
    {
        NamedPipe.Make(path);
        return path;
    }

    /// <summary>Has room for so many bytes of each write.</summary>
    sealed class Narrow(string path, int room, SemaphoreSlim tried) : FileStream(path, FileMode.Append)
    {
        public override void Write(byte[] buffer, int offset, int count)
        {
            base.Write(buffer, offset, Math.Min(room, count));
            Flush();
            if (count > room)
                throw new IOException("no room");
        }

        public override void Write(ReadOnlySpan<byte> buffer) => Write(buffer.ToArray(), 0, buffer.Length);

        protected override void Dispose(bool disposing)
        {
            base.Dispose(disposing);
            tried.Release();
        }
    }
}
