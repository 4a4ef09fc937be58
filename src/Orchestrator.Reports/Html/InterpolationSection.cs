using System.Xml.Linq;
using Orchestrator.Reports.Charts;
using Orchestrator.Reports.Results;
using Orchestrator.Reports.Tables;
using static Orchestrator.Reports.Html.Markup;

namespace Orchestrator.Reports.Html;

/// <summary>Every interpolation scheme of every trial, in figures.</summary>
static class InterpolationSection
{
    public static XElement? Of(ReportModel model)
    {
        var trials = model.Trials.Where(trial => !trial.Result.Evaluation.Interpolation.IsEmpty).ToList();
        return trials.Count == 0
            ? null
            : Section(
                "interpolation",
                "Interpolation",
                Scrolling(
                    Styled(
                        "table",
                        "groups",
                        Caption(
                            "Points along latent paths between test images. Typicality: base log-density at the paths' middle, in "
                                + "standard deviations from its mean; 0 is typical."
                        ),
                        Element(
                            "thead",
                            Element(
                                "tr",
                                Head(false, "trial"),
                                Head(false, "parameters"),
                                Head(false, "scheme"),
                                Head(true, "n"),
                                Head(true, "FID"),
                                Head(true, "KID"),
                                Head(true, "typicality", Styled("small", "unit", "sd"))
                            )
                        ),
                        trials.Select(trial =>
                            Element(
                                "tbody",
                                trial.Result.Evaluation.Interpolation.Select(
                                    (scheme, index) => Row(trial, scheme.Key, scheme.Value, index == 0)
                                )
                            )
                        )
                    )
                )
            );
    }

    static XElement Row(TrialView trial, string scheme, InterpolationResult result, bool isFirst)
    {
        var rows = new XAttribute("rowspan", trial.Result.Evaluation.Interpolation.Count);
        XElement[] names = isFirst
            ? [RowHead(rows, ResultsSection.Key(trial.Colour), trial.Id), Cell(false, new XAttribute(rows), trial.Label)]
            : [];
        return Element(
            "tr",
            names,
            Cell(false, scheme),
            Cell(true, Figure.Count(result.N)),
            Cell(true, Figure.Distance(result.Fid, result.FidStandardError)),
            Cell(true, Figure.Kernel(result.Kid, result.KidStandardError)),
            Cell(true, Figure.Deviations(result.PathTypicality))
        );
    }
}
