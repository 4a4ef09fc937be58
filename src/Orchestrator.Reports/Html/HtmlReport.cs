using System.Xml.Linq;
using Orchestrator.Sweeps;
using Orchestrator.Sweeps.Domain;
using static Orchestrator.Reports.Html.Markup;

namespace Orchestrator.Reports.Html;

/// <summary>The report of a sweep: one page that holds all it shows, needs no network and runs no script.</summary>
public static class HtmlReport
{
    /// <summary>Writes the report in one step: a reader sees the earlier page or this one, whole.</summary>
    /// <param name="file">Where the page goes; null: into the sweep's folder.</param>
    /// <returns>Path of the page.</returns>
    /// <exception cref="IOException">It cannot be written there.</exception>
    public static string Write(SweepState state, DataFolder folder, ReportContext context, string? file = null)
    {
        var path = file ?? folder.Report(state.Spec.Name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        var unfinished = path + ".new";
        File.WriteAllText(unfinished, Render(state, folder, context));
        File.Move(unfinished, path, overwrite: true);
        return path;
    }

    /// <param name="folder">Where the pictures are read from.</param>
    public static string Render(SweepState state, DataFolder folder, ReportContext context)
    {
        var model = ReportModel.Of(state, folder, context);
        return Document(Element("html", new XAttribute("lang", "en"), Prelude(model), Element("body", Body(model))));
    }

    static XElement Prelude(ReportModel model) =>
        Element(
            "head",
            Element("meta", new XAttribute("charset", "utf-8")),
            // What the page promises, the browser enforces.
            Element(
                "meta",
                new XAttribute("http-equiv", "Content-Security-Policy"),
                new XAttribute("content", "default-src 'none'; style-src 'unsafe-inline'; img-src data:")
            ),
            Element("meta", new XAttribute("name", "viewport"), new XAttribute("content", "width=device-width, initial-scale=1")),
            Element("meta", new XAttribute("name", "color-scheme"), new XAttribute("content", "light dark")),
            Element("title", $"{model.Results.Sweep.Name} · sweep report"),
            Element("style", StyleSheet())
        );

    static IEnumerable<XElement?> Body(ReportModel model) =>
        [
            SummarySection.Of(model),
            Element(
                "main",
                NotesSection.Of(model),
                ResultsSection.Of(model),
                RungsSection.Of(model),
                CurvesSection.Of(model),
                TradeOffSection.Of(model),
                BesideSection.Of(model),
                PrecisionRecallSection.Of(model),
                InterpolationSection.Of(model),
                AlongPathSection.Of(model),
                PicturesSection.Of(model),
                FailuresSection.Of(model),
                ProtocolSection.Of(model),
                CheckpointSection.Of(model),
                ProvenanceSection.Of(model)
            ),
        ];
}
