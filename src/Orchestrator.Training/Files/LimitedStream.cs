using Orchestrator.Sweeps.Specs;

namespace Orchestrator.Training.Files;

/// <summary>Reads another stream, and fails where that holds more than it should.</summary>
/// <param name="most">Bytes that may be read.</param>
public sealed class LimitedStream(Stream inner, long most) : Stream
{
    long done;

    public override bool CanRead => true;
    public override bool CanSeek => false;
    public override bool CanWrite => false;
    public override long Length => throw new NotSupportedException();
    public override long Position
    {
        get => done;
        set => throw new NotSupportedException();
    }

    /// <exception cref="InvalidDataException">There is more.</exception>
    public override int Read(Span<byte> buffer)
    {
        var read = inner.Read(buffer);
        return (done += read) <= most ? read : throw new InvalidDataException($"more than {ByteSize.Text(most)} in it");
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override void Flush() { }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            inner.Dispose();
        base.Dispose(disposing);
    }
}
