using System.Globalization;
using System.Text;
using System.Threading.Channels;

namespace Orchestrator.Cluster.Logs;

/// <summary>
/// Takes the lines of a log and writes them where they can be written. Whoever logs is never held up and never told of a failure:
/// what cannot be written (no room, a folder that is gone, a reader that does not read) is dropped and counted, and when it goes again one
/// line says how many are missing.
/// </summary>
public sealed class LogWriter : IDisposable
{
    const int MostWaiting = 5_000;

    /// <summary>How long nothing is tried after a failure.</summary>
    public static readonly TimeSpan Rest = TimeSpan.FromSeconds(5);

    static readonly TimeSpan AtTheEnd = TimeSpan.FromSeconds(2);

    readonly Channel<string> _lines;
    readonly Func<Stream> _open;
    readonly TimeProvider _time;
    readonly Action<string>? _onFailure;
    readonly Thread _thread;
    long _dropped,
        _failedAt;
    bool _failed;

    /// <param name="open">Opens where the log ends. Asked each time something is to be written: what was renamed or removed is made
    /// anew.</param>
    /// <param name="onFailure">Told why, each time it was tried in vain.</param>
    public LogWriter(Func<Stream> open, TimeProvider time, Action<string>? onFailure = null)
    {
        (_open, _time, _onFailure) = (open, time, onFailure);
        _lines = Channel.CreateBounded<string>(
            new BoundedChannelOptions(MostWaiting) { SingleReader = true, FullMode = BoundedChannelFullMode.Wait }
        );
        // A thread of its own: a pipe that nobody reads may hold it for ever, and nothing else.
        _thread = new Thread(WriteAll) { IsBackground = true, Name = "log" };
        _thread.Start();
    }

    /// <summary>Appends to a file.</summary>
    public static LogWriter ToFile(string path, TimeProvider time, Action<string>? onFailure = null) =>
        new(
            () => new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0),
            time,
            onFailure
        );

    public static LogWriter ToStandardError(TimeProvider time) => new(Console.OpenStandardError, time);

    public void Write(string line)
    {
        if (!_lines.Writer.TryWrite(line))
            Interlocked.Increment(ref _dropped);
    }

    public void Dispose()
    {
        _lines.Writer.TryComplete();
        _thread.Join(AtTheEnd);
    }

    void WriteAll()
    {
        var reader = _lines.Reader;
        // This thread waits for nothing else, and nothing waits for it.
        while (reader.WaitToReadAsync().AsTask().GetAwaiter().GetResult())
        {
            if (_failed && _time.GetElapsedTime(_failedAt) < Rest)
            {
                while (reader.TryRead(out _))
                    Interlocked.Increment(ref _dropped);
                continue;
            }

            Append(reader);
        }
    }

    void Append(ChannelReader<string> reader)
    {
        var missing = 0L;
        try
        {
            using var log = _open();
            missing = Interlocked.Exchange(ref _dropped, 0);
            if (missing > 0)
            {
                WriteWhole(
                    log,
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"{_time.GetUtcNow():yyyy-MM-ddTHH:mm:ss.fffZ} {missing} lines could not be written here and were dropped"
                    )
                );
                missing = 0;
            }

            while (reader.TryPeek(out var line))
            {
                WriteWhole(log, line);
                reader.TryRead(out _);
            }

            _failed = false;
        }
        catch (Exception error)
            when (error is IOException or UnauthorizedAccessException or NotSupportedException or ObjectDisposedException)
        {
            Interlocked.Add(ref _dropped, missing);
            (_failed, _failedAt) = (true, _time.GetTimestamp());
            _onFailure?.Invoke(error.Message);
        }
    }

    // What of a line there was room for is taken away again.
    static void WriteWhole(Stream log, string line)
    {
        var before = log.CanSeek ? log.Length : -1;
        try
        {
            log.Write(Encoding.UTF8.GetBytes(line + Environment.NewLine));
        }
        catch (IOException) when (before >= 0)
        {
            log.SetLength(before);
            throw;
        }
    }
}
