using System.Xml.Linq;
using Orchestrator.Reports.Charts;
using Orchestrator.Reports.Tables;
using static Orchestrator.Reports.Html.Markup;

namespace Orchestrator.Reports.Html;

/// <summary>How every trial learnt, epoch by epoch.</summary>
static class CurvesSection
{
    public static XElement? Of(ReportModel model)
    {
        var trials = model.Trials.Where(trial => trial.State.Curve.Count > 0).ToList();
        if (trials.Count == 0)
            return null;
        var chart = new LearningCurves(trials, model.Baselines);
        var caption = string.Join(' ', Caption(chart, trials));
        return Section(
            "curves",
            "Learning curves",
            Element(
                "figure",
                chart.Draw(width: 1040, height: 460, labelWidth: 256, trial => trial.Name, "wide"),
                chart.Draw(width: 400, height: 340, labelWidth: 44, trial => trial.Id, "narrow"),
                Element("figcaption", caption),
                Styled(
                    "ul",
                    "legend narrow",
                    trials.Where(trial => trial.IsColoured).Select(trial => Element("li", ResultsSection.Key(trial.Colour), trial.Name))
                )
            )
        );
    }

    static IEnumerable<string> Caption(LearningCurves chart, List<TrialView> trials)
    {
        yield return "Bits per dimension by epoch: strong lines on the validation split with averaged weights, light lines on the "
            + "training batches as they came. Lower is better.";
        if (chart.CutAt is { } top)
            yield return $"Values above {Figure.Bits(top)} are cut off.";
        if (trials.Any(trial => !trial.IsColoured))
            yield return $"Beyond the first {TrialView.Colours} places, trials are grey.";
    }
}
