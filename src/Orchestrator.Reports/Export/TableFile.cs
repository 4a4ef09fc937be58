using System.Globalization;
using System.Text;
using CsvHelper;
using Orchestrator.Reports.Results;
using Orchestrator.Reports.Tables;
using Parquet;
using Parquet.Schema;

namespace Orchestrator.Reports.Export;

/// <summary>A sweep's trials or rungs as a file for other programs, or as a table for people. The form is told by the name's
/// ending.</summary>
public static class TableFile
{
    /// <summary>The endings, the first of them first in messages.</summary>
    public static readonly IReadOnlyList<string> Endings = [".csv", ".parquet", ".md"];

    /// <summary>Writes beside the file and renames: whoever reads it finds the old one or the new one.</summary>
    /// <param name="file">Its ending is one of <see cref="Endings"/>.</param>
    /// <exception cref="IOException">It cannot be written.</exception>
    public static Task WriteAsync(SweepResults results, string file, CancellationToken cancel) =>
        WriteAsync(() => FlatTable.Of(results.Trials), () => ReplicateMeans.ToMarkdown(results), file, cancel);

    /// <summary>The same of the rungs: a row for each.</summary>
    /// <exception cref="IOException">It cannot be written.</exception>
    public static Task WriteRungsAsync(SweepResults results, string file, CancellationToken cancel) =>
        WriteAsync(() => FlatTable.Of(results.Rungs), () => RungsMarkdown(results), file, cancel);

    static async Task WriteAsync(Func<FlatTable> table, Func<string> markdown, string file, CancellationToken cancel)
    {
        var beside = file + ".part";
        try
        {
            await (
                Path.GetExtension(file) switch
                {
                    ".csv" => CsvAsync(table(), beside, cancel),
                    ".parquet" => ParquetAsync(table(), beside, cancel),
                    ".md" => File.WriteAllTextAsync(beside, markdown(), cancel),
                    var other => throw new ArgumentException($"no form of table ends in '{other}'", nameof(file)),
                }
            );
            File.Move(beside, file, overwrite: true);
        }
        finally
        {
            File.Delete(beside);
        }
    }

    static string RungsMarkdown(SweepResults results)
    {
        var (columns, rows) = RungTable.Of(results.Rungs);
        var text = new StringBuilder();
        ReplicateMeans.Table(text, [.. columns.Select(column => column.Header)], rows.Select(row => row.ToArray()));
        return text.ToString();
    }

    static async Task CsvAsync(FlatTable table, string file, CancellationToken cancel)
    {
        await using var csv = new CsvWriter(new StreamWriter(file), CultureInfo.InvariantCulture);
        foreach (var column in table.Columns)
            csv.WriteField(column.Path);
        await csv.NextRecordAsync();
        for (var row = 0; row < table.Rows; row++)
        {
            cancel.ThrowIfCancellationRequested();
            foreach (var column in table.Columns)
                csv.WriteField(column.Values[row]?.ToString());
            await csv.NextRecordAsync();
        }
    }

    static async Task ParquetAsync(FlatTable table, string file, CancellationToken cancel)
    {
        var fields = table
            .Columns.Select(column => new DataField(
                column.Path,
                column.IsWhole ? typeof(long?)
                    : column.IsNumber ? typeof(double?)
                    : typeof(string)
            ))
            .ToArray();
        await using var stream = File.Create(file);
        await using var writer = await ParquetWriter.CreateAsync(new ParquetSchema(fields), stream, cancellationToken: cancel);
        using var rows = writer.CreateRowGroup();
        foreach (var (column, field) in table.Columns.Zip(fields))
        {
            if (column.IsWhole)
                await rows.WriteAsync<long>(field, column.Values.Select(value => value?.GetInt64()).ToArray(), cancellationToken: cancel);
            else if (column.IsNumber)
                await rows.WriteAsync<double>(
                    field,
                    column.Values.Select(value => value?.GetDouble()).ToArray(),
                    cancellationToken: cancel
                );
            else
                await rows.WriteAsync(field, column.Values.Select(value => value?.ToString()).ToArray()!);
        }

        rows.CompleteValidate();
    }
}
