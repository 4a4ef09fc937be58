using System.Globalization;
using System.Xml.Linq;
using Orchestrator.Reports.Charts;
using Orchestrator.Reports.Tables;
using Orchestrator.Sweeps.Tasks;
using static Orchestrator.Reports.Html.Markup;

namespace Orchestrator.Reports.Html;

/// <summary>Fidelity and coverage of the samples apart from each other, and FID without the bias of their number.</summary>
static class PrecisionRecallSection
{
    public static XElement? Of(ReportModel model) =>
        model.Details.IsEmpty
            ? null
            : Section(
                "support",
                "Precision and recall of the samples",
                Scrolling(
                    Styled(
                        "table",
                        "support",
                        Caption(
                            $"Precision: share of samples within the support of the test images; recall: share of test images within "
                                + $"that of the samples (k = {model.Details[0].Details.Samples.Neighbours}). FID at n → ∞: a line over "
                                + "1/n, "
                                + "with the error of its fit."
                        ),
                        Element(
                            "thead",
                            Element(
                                "tr",
                                Head(false, "trial"),
                                Head(false, "parameters"),
                                Head(true, "n"),
                                Head(true, "real n"),
                                Head(true, "precision"),
                                Head(true, "recall"),
                                Head(true, "FID"),
                                Head(true, "FID at n → ∞")
                            )
                        ),
                        Element("tbody", model.Details.Select(of => Row(of.Trial, of.Details.Samples)))
                    )
                )
            );

    static XElement Row(TrialView trial, SampleDetails samples) =>
        Element(
            "tr",
            RowHead(ResultsSection.Key(trial.Colour), trial.Id),
            Cell(false, trial.Label),
            Cell(true, Figure.Count(samples.N)),
            Cell(true, Figure.Count(samples.NReal)),
            Cell(true, Figure.Bits(samples.Precision, samples.PrecisionStandardError)),
            Cell(true, Figure.Bits(samples.Recall, samples.RecallStandardError)),
            Cell(true, Figure.Distance(trial.Result.Evaluation.Samples.Fid)),
            Cell(
                true,
                samples.FidInfinity is { } limit
                    ? $"{Figure.Distance(limit)} ± "
                        + $"{samples.FidInfinityStandardError?.ToString("G2", CultureInfo.InvariantCulture) ?? Figure.Unknown}"
                    : Figure.Unknown
            )
        );
}
