using Orchestrator.Sweeps;

namespace Orchestrator.Evaluation.Files;

/// <summary>The first reading of a CSV: every line is checked and counted, none is kept but the first.</summary>
/// <param name="what">Names the file in errors.</param>
sealed class CsvSurvey(string what)
{
    static readonly string[] Missing = ["", "na", "n/a", "#n/a", "null", "none", "nil", "-", "?"];

    CsvCells? cells;
    bool isDirected;
    byte[] first = [];
    Column[] columns = [];
    int lastWithoutEnd,
        lastWithEnd;

    public CsvCells Cells => cells ?? new CsvCells((byte)',');

    /// <summary>The number of the first line that is neither blank nor a comment; 0 where there is none.</summary>
    public int FirstLine { get; private set; }

    public string[] FirstCells => FirstLine == 0 ? [] : Cells.All(first);

    /// <summary>The number of lines after the first one.</summary>
    public int Rows { get; private set; }

    /// <summary>The columns of the rows after the first line; a last one that is empty in each row is not among them.</summary>
    public IReadOnlyList<Column> Columns => EndsWithSeparator ? columns[..^1] : columns;

    /// <summary>Whether every row has an empty cell at its end.</summary>
    public bool EndsWithSeparator => lastWithEnd > 0 && lastWithoutEnd == 0;

    public int Comments { get; private set; }

    /// <summary>The number of the first row that is the same as the first line; 0 where there is none.</summary>
    public int RepeatedAt { get; private set; }

    /// <exception cref="FeatureFileException">A row is no row of numbers, or longer or shorter than the others.</exception>
    public static CsvSurvey Of(Stream file, string what)
    {
        var survey = new CsvSurvey(what);
        CsvLines.ForEach(file, what, survey.Take);
        if (survey is { lastWithEnd: > 0, lastWithoutEnd: > 0 })
            throw new FeatureFileException(
                $"{what}, line {survey.lastWithEnd}: its last value is missing, which line {survey.lastWithoutEnd} has"
            );
        return survey;
    }

    /// <summary>Spreadsheets write the separator into a line of its own: sep=;</summary>
    static bool IsDirective(ReadOnlySpan<byte> line) => line.Length == 5 && line.StartsWith("sep="u8);

    public static bool IsSkipped(ReadOnlySpan<byte> line) =>
        (line[0] > ' ' ? line[0] : line.TrimStart(" \t"u8)[0]) == '#' || IsDirective(line);

    void Take(int number, ReadOnlySpan<byte> line)
    {
        if (cells is null && IsDirective(line))
            (cells, isDirected) = (new CsvCells(line[4]), true);
        else if (IsSkipped(line))
            Comments++;
        else if (FirstLine == 0)
            (FirstLine, first, cells) = (number, line.ToArray(), cells ?? CsvCells.Of(line));
        else
            Row(number, line);
    }

    void Row(int number, ReadOnlySpan<byte> line)
    {
        if (RepeatedAt == 0 && line.SequenceEqual(first))
            RepeatedAt = number;
        // A heading may hold any character; a row of numbers is surer.
        if (Rows == 0 && !isDirected)
            cells = CsvCells.Of(line);
        if (Rows == 0)
            columns = [.. Cells.All(line).Select(_ => new Column())];
        var rest = line;
        var (isDone, at) = (false, 0);
        for (; Cells.Next(ref rest, ref isDone, out var cell); at++)
        {
            if (at == columns.Length)
                throw Ragged(number, Cells.All(line).Length);
            if (at == columns.Length - 1 && at > 0 && cell.IsEmpty)
                lastWithEnd = number;
            else if (!CsvCells.TryNumber(cell, out var value))
                throw NoNumber(number, at, CsvCells.Text(cell));
            else
            {
                columns[at].Add(value, CsvCells.IsWhole(cell), Rows);
                if (at == columns.Length - 1)
                    lastWithoutEnd = number;
            }
        }

        if (at < columns.Length)
            throw Ragged(number, at);
        Rows++;
    }

    FeatureFileException Ragged(int number, int found) =>
        new(
            $"{what}, line {number}: {found} values where the lines before have {columns.Length}; each sample needs all features, and "
                + "what is no sample begins with #"
        );

    FeatureFileException NoNumber(int number, int column, string text) =>
        new(
            $"{what}, line {number}: {(text.Length == 0 ? "a value is missing" : $"{Printable.Quote(text)} is no number")} (column "
                + $"{column + 1}){Remedy(number, text)}"
        );

    string Remedy(int number, string text) =>
        Missing.Contains(text.ToLowerInvariant()) ? "; a sample without all of its features has no distance"
        : text.Contains(',') && CsvCells.TryNumber(System.Text.Encoding.UTF8.GetBytes(text.Replace(',', '.')), out _)
            ? "; decimals follow a point, as in 1.5"
        : RepeatedAt == number ? $": the line repeats line {FirstLine}; is this two files in one?"
        : "; ids, names and labels are no features: leave their column out";

    /// <returns>True for a text that stands for a value which is not known.</returns>
    public static bool IsMissing(string text) => text.Length > 0 && Missing.Contains(text.ToLowerInvariant());

    /// <summary>What is known of a column's values in the rows after the first line.</summary>
    public sealed class Column
    {
        /// <summary>The number of rows written without decimals.</summary>
        public int Wholes { get; private set; }

        public double First { get; private set; }

        public bool Varies { get; private set; }

        /// <summary>Whether each value is one more than the one before.</summary>
        public bool Counts { get; private set; } = true;

        internal void Add(double value, bool isWhole, int row)
        {
            if (row == 0)
                First = value;
            Wholes += isWhole ? 1 : 0;
            Varies |= value != First;
            Counts &= isWhole && value == First + row;
        }
    }
}
