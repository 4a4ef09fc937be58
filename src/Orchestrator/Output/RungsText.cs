using System.Collections.Immutable;
using Orchestrator.Reports.Tables;
using Orchestrator.Sweeps.Progress;

namespace Orchestrator.Output;

/// <summary>The rungs of a sweep as lines of text, in columns.</summary>
static class RungsText
{
    /// <returns>None where there are no rungs.</returns>
    public static IEnumerable<string> Lines(ImmutableArray<RungRow> rungs)
    {
        if (rungs.IsEmpty)
            yield break;
        var (columns, rows) = RungTable.Of(rungs);
        string[] headers = [.. columns.Select(column => column.Header)];
        int[] widths = [.. headers.Select((header, index) => rows.Max(row => Math.Max(row[index].Length, header.Length)))];
        yield return $"rungs        {Line([.. headers])}";
        foreach (var row in rows)
            yield return $"             {Line(row)}";

        string Line(ImmutableArray<string> cells) =>
            string.Join(
                    "  ",
                    cells.Select((cell, index) => columns[index].IsNumber ? cell.PadLeft(widths[index]) : cell.PadRight(widths[index]))
                )
                .TrimEnd();
    }
}
