using System.Xml.Linq;
using Orchestrator.Reports.Charts;
using Orchestrator.Reports.Results;
using Orchestrator.Reports.Tables;
using static Orchestrator.Reports.Html.Markup;

namespace Orchestrator.Reports.Html;

/// <summary>Likelihood and sample quality need not agree: one small picture each for samples and for every interpolation scheme.</summary>
static class TradeOffSection
{
    public static XElement? Of(ReportModel model)
    {
        var scored = model.Trials.Where(trial => trial.Result is { Test.BitsPerDim: not null, Evaluation.Samples.Fid: not null }).ToList();
        if (scored.Count < 2)
            return null;
        var schemes = scored.SelectMany(trial => trial.Result.Evaluation.Interpolation.Keys).Distinct().Order(StringComparer.Ordinal);
        var panels = schemes
            .Select(scheme =>
                (Title: $"Paths: {scheme}", Points: Points(scored, trial => trial.Evaluation.Interpolation.GetValueOrDefault(scheme)?.Fid))
            )
            .Prepend((Title: "Samples", Points: Points(scored, trial => trial.Evaluation.Samples.Fid)))
            .Where(panel => panel.Points.Count > 0)
            .ToList();
        var chart = new TradeOff([.. panels.SelectMany(panel => panel.Points)]);
        return Section(
            "trade-off",
            "Quality against likelihood",
            Styled(
                "div",
                "panels",
                panels.Select(panel => Element("figure", Element("figcaption", panel.Title), chart.Draw(panel.Title, panel.Points)))
            ),
            Styled(
                "ul",
                "legend",
                scored.Where(trial => trial.IsColoured).Select(trial => Element("li", ResultsSection.Key(trial.Colour), trial.Name))
            ),
            Styled(
                "p",
                "note",
                "FID against bits per dimension on the test split, on common axes; each point is a trial. Towards the lower left is "
                    + "better. Ringed are the trials of the Pareto front: of validation bits per dimension, FID of samples"
                    + $"{ResultsColumns.Paths(model.Results)}, no other has one lower and none higher."
            )
        );
    }

    static List<TradeOffPoint> Points(IEnumerable<TrialView> trials, Func<TrialResult, double?> fid) =>
        [
            .. trials
                .Where(trial => fid(trial.Result) is not null)
                .Select(trial => new TradeOffPoint(trial, trial.Result.Test.BitsPerDim!.Value, fid(trial.Result)!.Value)),
        ];
}
