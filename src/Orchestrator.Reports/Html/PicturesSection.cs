using System.Xml.Linq;
using static Orchestrator.Reports.Html.Markup;

namespace Orchestrator.Reports.Html;

/// <summary>What the trials generate, side by side: samples first, then each interpolation scheme.</summary>
static class PicturesSection
{
    const string Samples = "samples",
        Interpolation = "interpolation-",
        Neighbours = "neighbours",
        Own = "interpolation-along each base's own geometry";

    /// <summary>The path that each base is made for: side by side they show the same pairs under every base.</summary>
    static readonly string[] Geometric = ["interpolation-slerp", "interpolation-simplex", "interpolation-sphere"];

    /// <summary>Pictures are most of the page's size: those of the best trials must do.</summary>
    const int MostTrials = 12;

    public static XElement? Of(ReportModel model)
    {
        var withSheets = model.Trials.Where(trial => trial.State.Scores is { Sheets: { IsDefaultOrEmpty: false } }).ToList();
        if (withSheets.Count == 0)
            return null;
        var kinds = withSheets
            .Take(MostTrials)
            .SelectMany(trial => ImageGrid.Of(trial, model.Results.Sweep.Name, model.Folder))
            .GroupBy(sheet => Geometric.Contains(sheet.Name) ? Own : sheet.Name)
            .OrderBy(kind =>
                kind.Key == Samples ? 0
                : kind.Key.StartsWith(Interpolation, StringComparison.Ordinal) ? 1
                : 2
            )
            .ThenBy(kind => kind.Key, StringComparer.Ordinal);
        return Section(
            "pictures",
            "Pictures",
            withSheets.Count > MostTrials ? Styled("p", "note", $"Of the best {MostTrials} of {withSheets.Count} evaluated trials.") : null,
            kinds.Select(kind =>
                new[] { Element("h3", TitleOf(kind.Key)), Styled("div", "sheets", kind.Select(sheet => Figure(sheet, kind.Key))) }
            )
        );
    }

    static XElement Figure(ImageGrid grid, string kind) =>
        Element(
            "figure",
            grid.Inline() is { } data
                ? Element(
                    "img",
                    new XAttribute("src", data),
                    new XAttribute("alt", $"{TitleOf(grid.Name)}, trial {grid.Trial.Name}"),
                    new XAttribute("loading", "lazy")
                )
                : Styled("p", "missing", "No readable picture at ", Element("code", grid.Path)),
            Element(
                "figcaption",
                ResultsSection.Key(grid.Trial.Colour),
                grid.Trial.Name,
                kind == Own ? $", {grid.Name[Interpolation.Length..]}" : null
            )
        );

    static string TitleOf(string name) =>
        name switch
        {
            Samples => "Samples",
            Neighbours => "Samples, each with the training images nearest to it",
            _ when name.StartsWith(Interpolation, StringComparison.Ordinal) => $"Interpolation: {name[Interpolation.Length..]}",
            _ => name.Replace('-', ' '),
        };
}
