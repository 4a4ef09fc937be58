using System.Xml.Linq;
using Orchestrator.Reports.Charts;
using Orchestrator.Reports.Tables;
using Orchestrator.Sweeps.Tasks;
using static Orchestrator.Reports.Html.Markup;

namespace Orchestrator.Reports.Html;

/// <summary>Where along a path the images leave the data: every figure by λ, one small picture for each scheme.</summary>
static class AlongPathSection
{
    static readonly (string Title, string Axis, Func<PathPointScores, double?> Value)[] Figures =
    [
        ("FID", "FID", point => point.Fid),
        ("KID", "KID", point => point.Kid),
        ("Bits per dimension of the decoded images", "bits per dimension", point => point.BitsPerDim),
        ("Path typicality", "sd", point => point.Typicality),
    ];

    public static XElement? Of(ReportModel model)
    {
        var lines = model.Details.SelectMany(of => of.Details.Paths.Select(path => new PathLine(of.Trial, path))).ToList();
        if (lines.Count == 0)
            return null;
        var schemes = lines.GroupBy(line => line.Path.Scheme).OrderBy(scheme => scheme.Key, StringComparer.Ordinal).ToList();
        return Section(
            "along-path",
            "Along the paths",
            Styled(
                "p",
                "note",
                "Strong lines: paths between any two test images. Dashed lines: both ends of one class. Typicality: base log-density in "
                    + "standard deviations from its mean under the base; 0 is typical."
            ),
            Figures
                .Select(figure => (figure.Title, Chart: new AlongPath(lines, figure.Axis, figure.Value)))
                .Where(figure => !figure.Chart.IsEmpty)
                .Select(figure =>
                    new[]
                    {
                        Element("h3", figure.Title),
                        Styled(
                            "div",
                            "panels",
                            schemes.Select(scheme =>
                                Element("figure", Element("figcaption", scheme.Key), figure.Chart.Draw(scheme.Key, scheme))
                            )
                        ),
                    }
                ),
            Styled(
                "ul",
                "legend",
                lines
                    .Select(line => line.Trial)
                    .Distinct()
                    .Where(trial => trial.IsColoured)
                    .Select(trial => Element("li", ResultsSection.Key(trial.Colour), trial.Name))
            ),
            Styled("p", "note", Sizes(lines))
        );
    }

    static string Sizes(List<PathLine> lines)
    {
        return $"FID depends on n. Images at each position: {Range(false)} for any pairs, {Range(true)} within a class; bits per "
            + $"dimension of at most {lines.SelectMany(line => line.Path.Points).Max(point => point.NBits)} of them.";

        string Range(bool isWithinClass)
        {
            var sizes = lines
                .Where(line => line.IsWithinClass == isWithinClass)
                .SelectMany(line => line.Path.Points)
                .Select(point => point.N)
                .ToList();
            return sizes.Count == 0 ? "none"
                : sizes.Min() == sizes.Max() ? Figure.Count(sizes.Min())
                : $"{Figure.Count(sizes.Min())} to {Figure.Count(sizes.Max())}";
        }
    }
}
