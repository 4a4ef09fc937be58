using System.Xml.Linq;

namespace Orchestrator.Reports.Charts;

/// <summary>The part of a chart that lines and points are drawn in, in the picture's units.</summary>
sealed record Frame(double Left, double Top, double Right, double Bottom)
{
    const int Rows = 5;

    /// <summary>The width of a figure or letter of the values along the axes.</summary>
    const double LetterWidth = 6.4;

    /// <summary>A frame that leaves the values along the vertical axis the room they need, which is at least that on the left of this
    /// one.</summary>
    public Frame With(LinearScale y) =>
        this with
        {
            Left = Math.Max(
                Left,
                TickLabels.For([.. y.Ticks(Rows)]).Select(label => label.Length * LetterWidth + 12).DefaultIfEmpty(0).Max()
            ),
        };

    /// <summary>Horizontal grid lines with their values, ticks below, and both axes' names.</summary>
    public IEnumerable<XElement> Axes(LinearScale x, LinearScale y, string xName, string yName, int xTicks, double smallestXStep = 0)
    {
        List<double> rows = [.. y.Ticks(Rows)];
        foreach (var (value, label) in rows.Zip(TickLabels.For(rows)))
        {
            yield return Svg.Line("grid", Left, y.At(value), Right, y.At(value));
            yield return Svg.Text("tick", Left - 8, y.At(value) + 4, "end", label);
        }

        List<double> columns = [.. x.Ticks(xTicks, smallestXStep)];
        var free = double.NegativeInfinity;
        foreach (var (value, label) in columns.Zip(TickLabels.For(columns)))
        {
            var half = label.Length * LetterWidth / 2;
            if (x.At(value) - half < free)
                continue; // Long ones would stand on each other.
            free = x.At(value) + half + LetterWidth;
            yield return Svg.Text("tick", x.At(value), Bottom + 18, "middle", label);
        }

        yield return Svg.Line("axis", Left, Bottom, Right, Bottom);
        yield return Svg.Text("axis-name", Right, Bottom + 36, "end", xName);
        yield return Svg.Text("axis-name", 0, Top - 12, "start", yName);
    }
}
