using System.Xml.Linq;
using Orchestrator.Reports.Views;
using static System.FormattableString;
using static Orchestrator.Reports.Html.Markup;

namespace Orchestrator.Reports.Html;

/// <summary>The sweep beside others that the report was asked to compare it with.</summary>
static class BesideSection
{
    public static XElement? Of(ReportModel model) =>
        model.Context.Beside.IsEmpty
            ? null
            : Section(
                "beside",
                "Beside other sweeps",
                model.Context.Beside.SelectMany(other => Of(SweepComparison.From(other, model.State, by: null)))
            );

    static IEnumerable<XElement?> Of(SweepComparison comparison) =>
        [
            Scrolling(
                Element(
                    "table",
                    Caption(
                        $"{comparison.Second} less {comparison.First}, over pairs of completed trials that have the same "
                            + $"{string.Join(", ", comparison.PairedBy)}; below zero {comparison.Second} is better; 95 % intervals."
                    ),
                    Element(
                        "thead",
                        Element(
                            "tr",
                            new[] { "figure", comparison.First, comparison.Second, "difference", "from", "to", "pairs" }.Select(
                                (title, place) => Head(place > 0, title)
                            )
                        )
                    ),
                    Element("tbody", comparison.Groups.SelectMany(group => group.Figures).Where(figure => figure.Pairs > 0).Select(Row))
                )
            ),
            comparison.Warnings.IsEmpty ? null : Element("p", $"The two are not alike: {string.Join("; ", comparison.Warnings)}."),
        ];

    static XElement Row(PairedDifference figure) =>
        Element(
            "tr",
            RowHead(figure.Figure),
            new[] { figure.First, figure.Second }.Select(mean => Cell(true, Invariant($"{mean:G5}"))),
            new[] { figure.Difference, figure.Low, figure.High }.Select(value => Cell(true, Invariant($"{value:+0.#####;-0.#####;0}"))),
            Cell(true, Invariant($"{figure.Pairs}"))
        );
}
