using System.Runtime.CompilerServices;
using System.Text;

namespace Orchestrator.Cluster.Processes;

/// <summary>Lines of a stream whose writer is not to be trusted with this process's memory.</summary>
static class BoundedLines
{
    const int Piece = 4096;

    /// <summary>Every line, without its end. What a line has beyond the limit is read and dropped.</summary>
    /// <param name="longest">Characters of a line that are kept.</param>
    public static async IAsyncEnumerable<Line> ReadAsync(
        TextReader reader,
        int longest,
        [EnumeratorCancellation] CancellationToken cancel = default
    )
    {
        var (piece, line, length) = (new char[Piece], new StringBuilder(), 0L);
        while (await reader.ReadAsync(piece, cancel).ConfigureAwait(false) is > 0 and var read)
        {
            for (var from = 0; from < read; )
            {
                var end = Array.IndexOf(piece, '\n', from, read - from);
                var until = end < 0 ? read : end;
                line.Append(piece, from, (int)Math.Min(until - from, longest - line.Length));
                length += until - from;
                from = until + 1;
                if (end < 0)
                    continue;
                yield return Take();
            }
        }

        if (length > 0)
            yield return Take();

        Line Take()
        {
            var taken = new Line(line.ToString().TrimEnd('\r'), length > longest);
            line.Clear();
            length = 0;
            return taken;
        }
    }

    /// <param name="IsCut">There was more of it.</param>
    public readonly record struct Line(string Text, bool IsCut);
}
