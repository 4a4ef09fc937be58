using System.Globalization;
using System.Xml.Linq;
using Orchestrator.Reports.Charts;
using Orchestrator.Reports.Results;
using Orchestrator.Sweeps.Domain;
using Orchestrator.Sweeps.Tasks;
using static Orchestrator.Reports.Html.Markup;

namespace Orchestrator.Reports.Html;

/// <summary>Failures with all that is known of them, and what was retried.</summary>
static class FailuresSection
{
    public static XElement? Of(ReportModel model)
    {
        var rows = model.Trials.SelectMany(Rows).ToList();
        return rows.Count == 0
            ? null
            : Section(
                "trouble",
                "Failures and retries",
                Scrolling(
                    Styled(
                        "table",
                        "trouble",
                        Caption(
                            "Trials and evaluations of which an attempt did not end well: how it ended last, and how often by each cause."
                        ),
                        Element(
                            "thead",
                            Element(
                                "tr",
                                Head(false, "trial"),
                                Head(false, "work"),
                                Head(false, "now"),
                                Head(false, "ended by"),
                                Head(false, "last layer"),
                                Head(true, "last step"),
                                Head(false, "last message")
                            )
                        ),
                        Element("tbody", rows)
                    )
                )
            );
    }

    static IEnumerable<XElement> Rows(TrialView trial)
    {
        if (Causes(trial.State.Ends) is { Length: > 0 } causes)
            yield return Row(
                trial,
                "training",
                StatusText.Of(trial.State.Status),
                causes + StatusText.Parts(trial.State.Accumulate),
                TrialResult.Unhappy(trial.State.End)
            );
        if (Causes(trial.State.EvaluationEnds) is { Length: > 0 } evaluation)
            yield return Row(
                trial,
                "evaluation",
                StatusText.Of(trial.State.Evaluation),
                evaluation,
                TrialResult.Unhappy(trial.State.EvaluationEnd)
            );
    }

    static XElement Row(TrialView trial, string work, string now, string causes, AttemptEnd? end) =>
        Element(
            "tr",
            RowHead(ResultsSection.Key(trial.Colour), trial.Name),
            Cell(false, work),
            Cell(false, now == "failed" ? Styled("strong", "bad", now) : now),
            Cell(false, causes),
            Cell(false, end?.Layer is { } layer ? Element("code", layer) : Tables.Figure.Unknown),
            Cell(true, Tables.Figure.Count(end?.Step)),
            Cell(false, new XAttribute("class", "message"), end?.Message ?? Tables.Figure.Unknown)
        );

    static string Causes(IReadOnlyDictionary<AttemptCause, int> ends) =>
        string.Join(
            ", ",
            ends.Where(end => end.Key != AttemptCause.Done)
                .Select(end =>
                    string.Create(CultureInfo.InvariantCulture, $"{StatusText.Of(end.Key)}{(end.Value > 1 ? $" × {end.Value}" : "")}")
                )
        );
}
