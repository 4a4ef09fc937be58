namespace Orchestrator.Evaluation.Files;

/// <summary>The lines of a text file as bytes, one at a time, whatever ends them; none longer than a bound.</summary>
static class CsvLines
{
    /// <summary>The longest line, in bytes: forty thousand features in full precision.</summary>
    const int Longest = 1 << 20;

    static ReadOnlySpan<byte> Mark => [0xef, 0xbb, 0xbf];

    public delegate void Take(int number, ReadOnlySpan<byte> line);

    /// <summary>Gives each line that is not blank to <paramref name="take"/>, with its number from 1.</summary>
    /// <exception cref="FeatureFileException">A line is too long, or the file is no text.</exception>
    public static void ForEach(Stream file, string what, Take take)
    {
        file.Position = 0;
        var buffer = new byte[2 * Longest];
        var (number, held, afterReturn) = (1, 0, false);
        while (file.Read(buffer, held, buffer.Length - held) is > 0 and var read)
        {
            held += read;
            var rest = buffer.AsSpan(0, held);
            if (number == 1 && rest.StartsWith(Mark))
                rest = rest[Mark.Length..];
            for (int end; (end = rest.IndexOfAny((byte)'\n', (byte)'\r')) >= 0; rest = rest[(end + 1)..])
            {
                // Of \r\n the second ends no further line.
                if (end > 0 || rest[0] == '\r' || !afterReturn)
                    One(rest[..end], number++);
                afterReturn = rest[end] == '\r';
            }

            if (rest.Length > Longest)
                throw TooLong(number);
            rest.CopyTo(buffer);
            held = rest.Length;
        }

        if (held > 0)
            One(buffer.AsSpan(0, held), number);

        void One(ReadOnlySpan<byte> line, int at)
        {
            if (line.Length > Longest)
                throw TooLong(at);
            if (line.Contains((byte)0))
                throw new FeatureFileException($"{what}, line {at}: holds bytes that no text has; expected a CSV in UTF-8");
            if (!line.IsEmpty && (line[0] > (byte)' ' || !line.TrimStart(" \t"u8).IsEmpty))
                take(at, line);
        }

        FeatureFileException TooLong(int at) =>
            new($"{what}, line {at}: longer than {Longest} bytes; expected one sample a line (large matrices are better kept as .npy)");
    }
}
