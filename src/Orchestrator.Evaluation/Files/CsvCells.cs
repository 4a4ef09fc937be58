using System.Globalization;
using System.Text;

namespace Orchestrator.Evaluation.Files;

/// <summary>Cuts a line into cells, and cells into numbers.</summary>
/// <param name="Separator">A comma, a semicolon, a tab; or a space, which stands for any run of blanks.</param>
readonly record struct CsvCells(byte Separator)
{
    const byte Quote = (byte)'"',
        Space = (byte)' ',
        Tab = (byte)'\t';

    /// <summary>The separator of a line: what occurs in it, outside quotes.</summary>
    public static CsvCells Of(ReadOnlySpan<byte> line)
    {
        Span<bool> seen = stackalloc bool[128];
        var quoted = false;
        foreach (var character in line.Trim(" "u8))
            if (character == Quote)
                quoted = !quoted;
            else if (!quoted && character < seen.Length)
                seen[character] = true;
        return new CsvCells(
            seen[';'] ? (byte)';'
            : seen[Tab] ? Tab
            : seen[','] || !seen[Space] ? (byte)','
            : Space
        );
    }

    public string Name =>
        (char)Separator switch
        {
            ';' => "semicolons",
            '\t' => "tabs",
            ' ' => "blanks",
            _ => "commas",
        };

    /// <summary>Takes the next cell off a line. An empty cell at an end of the line is one too.</summary>
    /// <param name="line">The rest of the line.</param>
    /// <param name="isDone">False at the line's beginning.</param>
    /// <returns>False where there is no further cell.</returns>
    public bool Next(ref ReadOnlySpan<byte> line, ref bool isDone, out ReadOnlySpan<byte> cell)
    {
        cell = default;
        if (isDone)
            return false;
        if (Separator == Space)
            line = Trimmed(line);
        var end = line.IndexOfAny(Separator, Quote);
        if (end >= 0 && line[end] == Quote)
            end = EndAfterQuotes(line);
        isDone = end < 0;
        cell = Trimmed(isDone ? line : line[..end]);
        line = isDone ? default : line[(end + 1)..];
        return true;
    }

    int EndAfterQuotes(ReadOnlySpan<byte> line)
    {
        var quoted = false;
        for (var at = 0; at < line.Length; at++)
            if (line[at] == Quote)
                quoted = !quoted;
            else if (!quoted && line[at] == Separator)
                return at;
        return -1;
    }

    /// <returns>All cells, as text without their quotes.</returns>
    public string[] All(ReadOnlySpan<byte> line)
    {
        var cells = new List<string>();
        var isDone = false;
        while (Next(ref line, ref isDone, out var cell))
            cells.Add(Text(cell));
        return [.. cells];
    }

    public static string Text(ReadOnlySpan<byte> cell) => Encoding.UTF8.GetString(Unquoted(cell)).Replace("\"\"", "\"");

    /// <returns>False where the cell is no number; infinities and NaN are some.</returns>
    public static bool TryNumber(ReadOnlySpan<byte> cell, out double value)
    {
        cell = Unquoted(cell);
        return double.TryParse(cell, NumberStyles.Float, CultureInfo.InvariantCulture, out value)
            || double.IsInfinity(value = Infinite(cell));
    }

    /// <summary>A number written without decimals: an index, an id, a label, or a name of a column.</summary>
    public static bool IsWhole(ReadOnlySpan<byte> cell)
    {
        cell = Unquoted(cell);
        var digits = cell is [(byte)'-' or (byte)'+', ..] ? cell[1..] : cell;
        return !digits.IsEmpty && !digits.ContainsAnyExceptInRange((byte)'0', (byte)'9');
    }

    /// <summary>Python's word for infinity, which .NET's parser does not know.</summary>
    static double Infinite(ReadOnlySpan<byte> cell) =>
        cell.Length > 4
            ? 0
            : Encoding.ASCII.GetString(cell).ToLowerInvariant() switch
            {
                "inf" or "+inf" => double.PositiveInfinity,
                "-inf" => double.NegativeInfinity,
                _ => 0,
            };

    static ReadOnlySpan<byte> Unquoted(ReadOnlySpan<byte> cell) => cell is [Quote, .., Quote] ? Trimmed(cell[1..^1]) : cell;

    static ReadOnlySpan<byte> Trimmed(ReadOnlySpan<byte> text) =>
        text.IsEmpty || (text[0] > Space && text[^1] > Space) ? text : text.Trim(" \t"u8);
}
