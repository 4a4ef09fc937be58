using System.Buffers;
using System.Buffers.Binary;
using System.IO.Pipelines;
using Google.Protobuf;

namespace Orchestrator.Cluster.Wire;

/// <summary>
/// Messages on a stream: four bytes of length, least significant first, then as many bytes. It is what Akka.NET's own transport writes.
/// </summary>
static class Frames
{
    const int Header = sizeof(int);

    /// <returns>The next message; null at the end of the stream.</returns>
    /// <exception cref="FrameException">The length is not that of a message, or the stream ends within one.</exception>
    public static async ValueTask<ByteString?> ReadAsync(PipeReader reader, long largest, CancellationToken cancel)
    {
        var head = await reader.ReadAtLeastAsync(Header, cancel);
        if (head.Buffer.IsEmpty)
            return null;
        if (head.Buffer.Length < Header)
            throw new FrameException("it ended within a message");
        var length = Length(head.Buffer);
        if (length <= 0 || length > largest)
            throw new FrameException($"it announced a message of {length} bytes, of at most {largest}");
        reader.AdvanceTo(head.Buffer.GetPosition(Header));
        var body = await reader.ReadAtLeastAsync(length, cancel);
        if (body.Buffer.Length < length)
            throw new FrameException("it ended within a message");
        var message = body.Buffer.Slice(0, length);
        var copy = UnsafeByteOperations.UnsafeWrap(message.ToArray());
        reader.AdvanceTo(message.End);
        return copy;
    }

    public static void Append(PipeWriter writer, ByteString message)
    {
        BinaryPrimitives.WriteInt32LittleEndian(writer.GetSpan(Header), message.Length);
        writer.Advance(Header);
        writer.Write(message.Span);
    }

    static int Length(ReadOnlySequence<byte> buffer)
    {
        Span<byte> head = stackalloc byte[Header];
        buffer.Slice(0, Header).CopyTo(head);
        return BinaryPrimitives.ReadInt32LittleEndian(head);
    }
}

/// <summary>The other side does not speak as a node does.</summary>
sealed class FrameException(string message) : IOException(message);
