using System.Xml.Linq;
using Orchestrator.Reports.Tables;
using static Orchestrator.Reports.Html.Markup;

namespace Orchestrator.Reports.Html;

/// <summary>How many configurations came to each rung, and how many went on.</summary>
static class RungsSection
{
    public static XElement? Of(ReportModel model)
    {
        if (model.Results.Rungs.IsEmpty)
            return null;
        var (columns, rows) = RungTable.Of(model.Results.Rungs);
        return Section(
            "rungs",
            "Rungs",
            Scrolling(
                Styled(
                    "table",
                    "rungs",
                    Caption(
                        "Configurations at each rung of the scheduler, the lowest rung first; those that survived went on to the next."
                    ),
                    Element("thead", Element("tr", columns.Select(column => Head(column.IsNumber, column.Header)))),
                    Element("tbody", rows.Select(row => Element("tr", columns.Zip(row, (column, cell) => Cell(column.IsNumber, cell)))))
                )
            )
        );
    }
}
