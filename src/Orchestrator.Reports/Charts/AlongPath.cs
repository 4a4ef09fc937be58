using System.Xml.Linq;
using Orchestrator.Sweeps.Tasks;

namespace Orchestrator.Reports.Charts;

/// <summary>One trial's figures along the paths of one scheme.</summary>
sealed record PathLine(TrialView Trial, PathScores Path)
{
    public bool IsWithinClass => Path.Pairs == PathScores.WithinClass;
}

/// <summary>A figure by position λ along the paths.</summary>
/// <param name="all">The lines of all panels, which share their axes.</param>
/// <param name="name">The name of the figure.</param>
/// <param name="value">Null where it is not known, which interrupts the line.</param>
sealed class AlongPath(IReadOnlyCollection<PathLine> all, string name, Func<PathPointScores, double?> value)
{
    const double Width = 260,
        Height = 236;

    public bool IsEmpty => !Values().Any();

    public XElement Draw(string scheme, IEnumerable<PathLine> lines)
    {
        var frame = new Frame(44, 30, Width - 8, Height - 44);
        var y = LinearScale.Around(Values(), frame.Bottom, frame.Top);
        frame = frame.With(y);
        var x = new LinearScale(0, 1, frame.Left + 6, frame.Right - 6);
        return Svg.Picture(
            Width,
            Height,
            $"{scheme}: {name} by position along the path, one line for each trial.",
            "chart",
            frame.Axes(x, y, "λ", name, xTicks: 4),
            lines.Select(line =>
                Svg.Path(
                    $"{(line.IsWithinClass ? "within" : "validation")} {line.Trial.Colour}",
                    line.Path.Points.Select(point => (x.At(point.Lambda), value(point) is { } known ? y.At(known) : double.NaN)),
                    $"{line.Trial.Name}, {(line.IsWithinClass ? "pairs within a class" : "any pair")}"
                )
            )
        );
    }

    IEnumerable<double> Values() => all.SelectMany(line => line.Path.Points).Select(value).OfType<double>().Where(double.IsFinite);
}
