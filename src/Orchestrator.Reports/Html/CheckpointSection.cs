using System.Xml.Linq;
using Orchestrator.Reports.Charts;
using static Orchestrator.Reports.Html.Markup;

namespace Orchestrator.Reports.Html;

/// <summary>Where the trained flows are, and by which hash they are known.</summary>
static class CheckpointSection
{
    public static XElement? Of(ReportModel model)
    {
        var trials = model.Trials.Where(trial => trial.State.Checkpoint is not null).ToList();
        return trials.Count == 0
            ? null
            : Section(
                "checkpoints",
                "Checkpoints",
                Scrolling(
                    Styled(
                        "table",
                        "checkpoints",
                        Caption("The newest checkpoint of each trial, and the SHA-256 of its model.safetensors."),
                        Element(
                            "thead",
                            Element(
                                "tr",
                                Head(false, "trial"),
                                Head(true, "epoch"),
                                Head(true, "step"),
                                Head(true, "size", Styled("small", "unit", "MB")),
                                Head(false, "SHA-256"),
                                Head(false, "folder")
                            )
                        ),
                        Element("tbody", trials.Select(Row))
                    )
                )
            );
    }

    static XElement Row(TrialView trial)
    {
        var checkpoint = trial.State.Checkpoint!;
        return Element(
            "tr",
            RowHead(ResultsSection.Key(trial.Colour), trial.Id),
            Cell(true, Tables.Figure.Count(checkpoint.Epoch)),
            Cell(true, Tables.Figure.Count(checkpoint.Step)),
            Cell(true, Tables.Figure.Seconds(checkpoint.Bytes / 1e6)),
            Cell(false, Element("code", checkpoint.Sha256)),
            Cell(false, new XAttribute("class", "path"), Element("code", checkpoint.Path))
        );
    }
}
