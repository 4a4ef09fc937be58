using System.Xml.Linq;
using static Orchestrator.Reports.Html.Markup;

namespace Orchestrator.Reports.Html;

/// <summary>What people say of the sweep and of its trials.</summary>
static class NotesSection
{
    public static XElement? Of(ReportModel model)
    {
        var noted = model.Trials.Where(trial => trial.State.Note.Length > 0).ToList();
        if (noted.Count == 0 && model.State.Note.Length == 0)
            return null;
        return Section(
            "notes",
            "Notes",
            model.State.Note.Length > 0 ? Styled("p", "said", model.State.Note) : null,
            noted.Count > 0
                ? Styled(
                    "dl",
                    "meanings",
                    noted.SelectMany(trial => new[] { Element("dt", $"trial {trial.Id}"), Styled("dd", "said", trial.State.Note) })
                )
                : null
        );
    }
}
