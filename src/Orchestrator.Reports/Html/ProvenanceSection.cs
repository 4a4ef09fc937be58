using System.Globalization;
using System.Xml.Linq;
using Orchestrator.Reports.Results;
using static Orchestrator.Reports.Html.Markup;

namespace Orchestrator.Reports.Html;

/// <summary>What is needed to do the same again.</summary>
static class ProvenanceSection
{
    public static XElement Of(ReportModel model) =>
        Section(
            "origin",
            "Where this comes from",
            Styled("dl", "meanings", Facts(model).SelectMany(fact => new[] { Element("dt", fact.Name), Element("dd", fact.Value) })),
            Element("h3", "The sweep file, to the letter"),
            Element("pre", new XAttribute("tabindex", 0), Element("code", model.State.File))
        );

    static IEnumerable<EnvironmentFact> Facts(ReportModel model)
    {
        var context = model.Context;
        return
        [
            new("Orchestrator", context.Version),
            .. ForkView.From(model.State) is { } fork ? [new EnvironmentFact("Lineage", fork.ToString())] : Array.Empty<EnvironmentFact>(),
            .. context.Environment,
            new("Command", context.Command),
            new("Report written", context.GeneratedAt.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture) + " UTC"),
        ];
    }
}
