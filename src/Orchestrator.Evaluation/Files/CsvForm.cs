using System.Text;
using Orchestrator.Sweeps;

namespace Orchestrator.Evaluation.Files;

/// <summary>What of a CSV is a sample and what a feature.</summary>
/// <param name="HasHeading">The first line names the columns.</param>
/// <param name="HasIndex">The first column numbers the samples.</param>
/// <param name="Notes">What is taken for neither, each a sentence.</param>
sealed record CsvForm(bool HasHeading, bool HasIndex, int Samples, int Features, IReadOnlyList<string> Notes)
{
    /// <summary>From so many on, counting up from 0 or 1 is no chance.</summary>
    const int Many = 5;

    static readonly string[] IndexNames =
    [
        "",
        "index",
        "idx",
        "id",
        "ids",
        "#",
        "no",
        "nr",
        "row",
        "row_names",
        "rownames",
        "unnamed: 0",
        "sample",
        "sample_id",
    ];

    static readonly string[] OtherNames =
    [
        "label",
        "labels",
        "class",
        "classes",
        "target",
        "targets",
        "category",
        "split",
        "fold",
        "filename",
        "file",
        "path",
    ];

    /// <exception cref="FeatureFileException">It holds what is neither, or could be both; the message says what to do.</exception>
    public static CsvForm Of(CsvSurvey survey, string what, bool? hasHeading)
    {
        var names = Aligned(survey, what, out var isShort);
        var heading = hasHeading ?? (isShort || IsHeading(survey, names, what));
        var wrong = Array.FindIndex(names, name => !IsNumber(name));
        if (!heading && wrong >= 0)
            throw new FeatureFileException(
                $"{what}, line {survey.FirstLine}: {Printable.Quote(names[wrong])} is no number (column {wrong + 1}); --header takes the "
                    + "line for names of columns"
            );
        if (heading && survey.RepeatedAt > 0)
            throw new FeatureFileException(
                $"{what}, line {survey.RepeatedAt}: repeats the names of columns in line {survey.FirstLine}; is this two files in one?"
            );
        var samples = survey.Rows + (heading ? 0 : 1);
        if (names.Length == 0 || samples == 0)
            throw new FeatureFileException($"{what}: holds no numbers");
        var columns = survey
            .Columns.Select(
                (column, at) =>
                    new Known(
                        at,
                        heading ? names[at] : null,
                        Whole(column.Wholes, at),
                        column.Wholes == 0 && (heading || !IsWhole(names[at])),
                        column.Varies,
                        column.Counts && column.First - (heading ? 0 : 1) is 0 or 1 && (heading || Value(names[at]) == column.First - 1)
                    )
            )
            .ToList();
        var index = columns.Count > 1 && IsIndex(columns[0], samples);
        if (columns.Skip(index ? 1 : 0).FirstOrDefault(column => IsNamedOtherwise(column.Name)) is { } named)
            throw NoFeature(named, $"({Printable.Quote(named.Name!)}) is no feature by its name");
        var rest = columns.Skip(index ? 1 : 0).ToList();
        var labels = rest.Where(column => column.IsWhole && column.Varies).ToList();
        if (labels.Count > 0 && samples >= Many && rest.Count > 2 * labels.Count && rest.Except(labels).All(column => column.IsDecimal))
            throw NoFeature(
                labels[0],
                "holds whole numbers where all others have decimals: ids or labels? A feature is written with decimals (3.0)"
            );
        return new CsvForm(heading, index, samples, names.Length - (index ? 1 : 0), [.. Said(survey, what, names, heading, index)]);

        bool Whole(int rows, int at) => rows == survey.Rows && (heading || IsWhole(names[at]));

        FeatureFileException NoFeature(Known column, string why) =>
            new($"{what}: column {column.At + 1} {why}; leave the column out of the file");
    }

    /// <returns>The cells of the first line, one for each column.</returns>
    /// <param name="isShort">The first line has no name for the column that numbers the samples.</param>
    static string[] Aligned(CsvSurvey survey, string what, out bool isShort)
    {
        var cells = survey.FirstCells;
        isShort = false;
        if (survey.Rows == 0)
            return cells;
        var width = survey.Columns.Count;
        if (cells.Length == width + 1 && cells[^1].Length == 0)
            cells = cells[..^1];
        if (
            cells.Length == width - 1
            && survey.Columns[0].Wholes == survey.Rows
            && cells.Length > 0
            && (!Array.Exists(cells, IsNumber) || (cells.Length > 2 && Array.TrueForAll(cells, IsWhole) && CountsUp(cells)))
        )
            (isShort, cells) = (true, ["", .. cells]);
        return cells.Length == width
            ? cells
            : throw new FeatureFileException(
                $"{what}, line {survey.FirstLine + 1}: {width} values where the lines before have {cells.Length}; each sample needs all "
                    + "features, and what is no sample begins with #"
            );
    }

    static bool IsHeading(CsvSurvey survey, string[] cells, string what)
    {
        var numbers = cells.Where(IsNumber).ToArray();
        if (numbers.Length < cells.Length)
        {
            var text = Array.Find(cells, cell => !IsNumber(cell) && cell.Length > 0) ?? "";
            if (numbers.Length == 0 || (!CsvSurvey.IsMissing(text) && CountsUp(numbers) && numbers.All(IsWhole)))
                return true;
            throw new FeatureFileException(
                $"{what}, line {survey.FirstLine}: {Printable.Quote(text)} beside numbers: names of columns, or a sample? --header says "
                    + "the first; a sample is numbers alone"
            );
        }

        if (survey.Rows == 0 || !CountsUp(numbers) && !numbers.All(IsWhole))
            return false;
        var (whole, alone, n) = (numbers.All(IsWhole), survey.Columns.All(column => column.Wholes == 0), numbers.Length);
        var counts = CountsUp(numbers) && Value(numbers[0]) is 0 or 1;
        if (whole && alone && (n > 2 || (counts && (n == 2 || Value(numbers[0]) == 0))))
            return true;
        if (counts && (n >= Many || (whole && n > 2 && Value(numbers[0]) == 0)))
            return true;
        // Too few to tell: two samples may well begin with 0 and 1.
        return whole && (alone && n == 2 || counts && Value(numbers[0]) == 0)
            ? throw new FeatureFileException(
                $"{what}, line {survey.FirstLine}: {string.Join(", ", numbers)}: names of columns, or a sample? Say --header or --no-header"
            )
            : false;
    }

    static bool IsIndex(Known column, int samples) =>
        column.IsWhole && (column.Name is { } name && IndexNames.Contains(name.ToLowerInvariant()) || column.Counts && samples >= Many);

    static bool IsNamedOtherwise(string? name) =>
        name is not null && (IndexNames.Contains(name.ToLowerInvariant()) || OtherNames.Contains(name.ToLowerInvariant()));

    static IEnumerable<string> Said(CsvSurvey survey, string what, string[] names, bool heading, bool index)
    {
        if (heading)
            yield return $"{what}: line {survey.FirstLine} ({Printable.Short(string.Join(", ", names))}) is taken for names of columns and "
                + "is no sample";
        if (index)
            yield return $"{what}: column 1 numbers the samples and is no feature";
        if (survey.Comments > 0)
            yield return $"{what}: {survey.Comments} line{(survey.Comments == 1 ? "" : "s")} beginning with # left out";
        if (survey.EndsWithSeparator)
            yield return $"{what}: each line ends with a separator, after which nothing is expected";
        if (survey.Cells.Name is not "commas" and var separator)
            yield return $"{what}: values are apart by {separator}";
    }

    static bool CountsUp(string[] numbers) => numbers.Select((number, at) => Value(number) == Value(numbers[0]) + at).All(good => good);

    static bool IsNumber(string cell) => CsvCells.TryNumber(Encoding.UTF8.GetBytes(cell), out _);

    static double Value(string cell) => CsvCells.TryNumber(Encoding.UTF8.GetBytes(cell), out var value) ? value : double.NaN;

    static bool IsWhole(string cell) => CsvCells.IsWhole(Encoding.UTF8.GetBytes(cell));

    /// <summary>A column over all samples.</summary>
    /// <param name="Name">Null where there are no names.</param>
    /// <param name="IsWhole">Every value is written without decimals; <paramref name="IsDecimal"/>: none is.</param>
    /// <param name="Counts">From 0 or 1, by one from sample to sample.</param>
    sealed record Known(int At, string? Name, bool IsWhole, bool IsDecimal, bool Varies, bool Counts);
}
