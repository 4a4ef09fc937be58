using System.Runtime.InteropServices;
using System.Text;
using Spectre.Console;

namespace Orchestrator.Output;

/// <summary>Standard output or standard error as a program is given them: perhaps closed, full, or with nobody at the other end.</summary>
/// <param name="descriptor">1 or 2.</param>
/// <param name="closed">The program was started without it: nothing may be written to that number, which may be another file's by
/// now.</param>
/// <param name="forgiving">What cannot be written is dropped, rather than an error.</param>
sealed partial class StandardStream(int descriptor, bool closed, bool forgiving) : Stream
{
    const int GetFlags = 1,
        CloseOnExec = 1,
        ReadWrite = 2,
        Interrupted = 4,
        TryAgain = 11,
        BrokenPipe = 32;
    const short CanWriteNow = 4;

    /// <summary>Standard output, for bytes.</summary>
    public static Stream Output { get; private set; } = Console.OpenStandardOutput();

    /// <summary>Takes the place of the console's own streams, which stop a program at a line that cannot be printed and hide that a pipe
    /// was closed.</summary>
    public static void Install()
    {
        if (!OperatingSystem.IsLinux())
            return;
        // A file that is opened later must never get the number of a stream that was closed: messages would be written into it.
        bool[] given = [.. Enumerable.Range(0, 3).Select(IsGiven)];
        var stream = new StandardStream(1, !given[1], forgiving: false);
        Output = stream;
        var output = Writer(stream);
        // Tables are drawn with the very characters that lines may not hold; styled on a terminal alone, whatever TERM says of a pipe.
        AnsiConsole.Console = AnsiConsole.Create(
            new AnsiConsoleSettings
            {
                Out = new TableOutput(output),
                Ansi = Console.IsOutputRedirected ? AnsiSupport.No : AnsiSupport.Detect,
            }
        );
        Console.SetOut(new PrintableWriter(output));
        Console.SetError(new PrintableWriter(Writer(new StandardStream(2, !given[2], forgiving: true))));
    }

    /// <summary>Says something on standard error with nothing but the operating system.</summary>
    public static void Say(ReadOnlySpan<byte> message) => _ = WriteTo(2, message, message.Length);

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override void Flush() { }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    /// <exception cref="OutputException">It cannot be written to, and does not forgive.</exception>
    public override void Write(ReadOnlySpan<byte> buffer)
    {
        while (!buffer.IsEmpty && !(closed && forgiving))
        {
            if (closed)
                throw new OutputException("standard output is closed", isAbandoned: false);
            var written = WriteTo(descriptor, buffer, buffer.Length);
            if (written >= 0)
            {
                buffer = buffer[(int)written..];
                continue;
            }

            var error = Marshal.GetLastPInvokeError();
            if (error == TryAgain)
                AwaitRoom();
            else if (error != Interrupted && forgiving)
                return;
            else if (error != Interrupted)
                throw new OutputException(
                    $"standard output cannot be written: {Marshal.GetPInvokeErrorMessage(error)}",
                    error == BrokenPipe
                );
        }
    }

    static StreamWriter Writer(StandardStream stream) =>
        new(stream, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false)) { AutoFlush = true };

    // What was given has passed through exec; what the runtime opened since, on a number that was free, is marked to be closed there.
    static bool IsGiven(int descriptor)
    {
        var flags = Control(descriptor, GetFlags);
        if (flags < 0)
            _ = Open("/dev/null", ReadWrite); // the lowest free number: this one
        return flags >= 0 && (flags & CloseOnExec) == 0;
    }

    void AwaitRoom()
    {
        var poll = new Poll { Descriptor = descriptor, Events = CanWriteNow };
        _ = Await(ref poll, 1, -1);
    }

    struct Poll
    {
        public int Descriptor;
        public short Events,
            Seen;
    }

    [LibraryImport("libc", EntryPoint = "write", SetLastError = true)]
    private static partial nint WriteTo(int descriptor, ReadOnlySpan<byte> buffer, nint count);

    [LibraryImport("libc", EntryPoint = "fcntl", SetLastError = true)]
    private static partial int Control(int descriptor, int command);

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "poll", SetLastError = true)]
    private static partial int Await(ref Poll poll, nuint count, int milliseconds);
}

/// <summary>What a command has to say cannot be printed.</summary>
/// <param name="isAbandoned">Whoever read it has left, as <c>head</c> does: nobody waits for a message.</param>
sealed class OutputException(string message, bool isAbandoned) : IOException(message)
{
    public bool IsAbandoned => isAbandoned;
}
