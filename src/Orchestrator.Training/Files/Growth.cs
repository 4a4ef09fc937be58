using Orchestrator.Sweeps.Specs;

namespace Orchestrator.Training.Files;

/// <summary>How much a compressed content may grow. A few kilobytes can hold gigabytes; data and weights grow by a small factor.</summary>
public static class Growth
{
    /// <summary>The largest factor: deflate reaches a thousand, images and features stay below ten.</summary>
    public const int MostTimes = 100;

    /// <summary>Contents up to this size may grow as they like.</summary>
    public const long Small = 16 << 20;

    /// <summary>From this size on a content is counted before memory is taken for it.</summary>
    const long Large = 64 << 20;

    /// <param name="claimed">Bytes that the content is said to have.</param>
    /// <param name="compressed">Bytes in which they are.</param>
    /// <param name="open">The content, from its beginning.</param>
    /// <exception cref="InvalidDataException">It grows too much, or a large one is not as large as claimed.</exception>
    public static void Check(long claimed, long compressed, Func<Stream> open)
    {
        if (claimed > Small && claimed / MostTimes > compressed)
            throw new InvalidDataException(
                $"{ByteSize.Text(claimed)} in {ByteSize.Text(compressed)}: more than {MostTimes} times is not unpacked"
            );
        if (claimed < Large)
            return;
        using var content = open();
        var found = Count(content, claimed);
        if (found != claimed)
            throw new InvalidDataException($"expected {claimed} bytes in it, found {(found > claimed ? "more" : $"{found}")}");
    }

    /// <summary>Reads on to the end, or one buffer past <paramref name="most"/>.</summary>
    static long Count(Stream content, long most)
    {
        var buffer = new byte[1 << 16];
        var total = 0L;
        while (total <= most && content.Read(buffer) is > 0 and var read)
            total += read;
        return total;
    }
}
