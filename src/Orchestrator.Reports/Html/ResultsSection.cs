using System.Xml.Linq;
using Orchestrator.Reports.Tables;
using static Orchestrator.Reports.Html.Markup;

namespace Orchestrator.Reports.Html;

/// <summary>The table of all trials, and what its figures mean.</summary>
static class ResultsSection
{
    public static XElement Of(ReportModel model)
    {
        var table = ResultsTable.From(model.Results);
        var colours = model.Trials.ToDictionary(trial => trial.Id, trial => trial.Colour);
        return Section(
            "results",
            "Results",
            Scrolling(
                Styled(
                    "table",
                    "results",
                    Caption("Trials, best first by bits per dimension on the validation split; below them, models that need no training."),
                    Element("thead", Element("tr", table.Columns.Select(Head))),
                    Element("tbody", table.Rows.Select(row => Row(table, row, colours)))
                )
            ),
            Element("details", Element("summary", "What the columns mean"), Styled("dl", "meanings", table.Columns.SelectMany(Meaning)))
        );
    }

    static XElement Head(ResultsColumn column) =>
        Markup.Head(column.IsNumber, column.Header, column.Unit is null ? null : Styled("small", "unit", column.Unit));

    static XElement Row(ResultsTable table, ResultsRow row, Dictionary<string, string> colours) =>
        Styled(
            "tr",
            row.Kind == RowKind.Baseline ? "baseline" : "trial",
            table.Columns.Zip(
                row.Cells,
                (column, cell) =>
                    column.Header == "trial" && row.Trial is { } id
                        ? RowHead(Key(colours[id]), cell)
                        : Cell(column.IsNumber, column.IsNumber ? [cell] : Terms(cell))
            )
        );

    /// <summary>A label that breaks between terms only, not at the hyphens of one.</summary>
    public static IEnumerable<object> Terms(string text) =>
        text.Split(' ').SelectMany(term => new object[] { Styled("span", "term", term), " " });

    /// <summary>The colour of the trial in the charts.</summary>
    public static XElement Key(string colour) => Styled("span", $"key {colour}", new XAttribute("aria-hidden", "true"));

    static IEnumerable<XElement> Meaning(ResultsColumn column) => [Element("dt", column.Header), Element("dd", column.Meaning)];
}
