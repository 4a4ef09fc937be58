using Orchestrator.Reports.Results;
using Orchestrator.Reports.Tables;
using Orchestrator.Sweeps;
using Orchestrator.Sweeps.Domain;
using Spectre.Console;

namespace Orchestrator.Output;

/// <summary>The results table on a terminal or in a pipe.</summary>
static class ResultsPrinter
{
    /// <summary>Wide enough for the table: a pipe has no width, and a wrapped table cannot be read.</summary>
    const int PipeWidth = 240;

    public static void Print(IAnsiConsole console, SweepResults results)
    {
        if (Console.IsOutputRedirected)
            console.Profile.Width = PipeWidth;
        var rows = ResultsTable.From(results);
        var table = new Table().RoundedBorder().Title($"{Markup.Escape(results.Sweep.Name)}: {StatusText.Of(results.Sweep.State)}");
        foreach (var column in rows.Columns)
        {
            var head = new TableColumn(Markup.Escape(column.Unit is null ? column.Header : $"{column.Header}\n{column.Unit}"));
            table.AddColumn(column.IsNumber ? head.RightAligned() : head);
        }

        var baselines = false;
        foreach (var row in rows.Rows)
        {
            if (row.Kind == RowKind.Baseline && !baselines)
                table.AddEmptyRow();
            baselines = row.Kind == RowKind.Baseline;
            table.AddRow(row.Cells.Select(cell => new Text(Printable.From(cell))));
        }

        console.Write(table);
        foreach (var line in RungsText.Lines(results.Rungs))
            console.WriteLine(line);
    }
}
