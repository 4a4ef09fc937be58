using System.Xml.Linq;
using Orchestrator.Dashboards;
using Orchestrator.Monitoring.Tests.Live;
using static Orchestrator.Monitoring.Tests.Pictures.DashboardPicture;

namespace Orchestrator.Monitoring.Tests.Pictures;

/// <summary>One panel: lines over time with their names, the newest numbers, or a table's rows.</summary>
static class PanelPicture
{
    const int Colours = 8,
        LegendLines = 4;

    public static XElement Draw(
        Panel panel,
        Box box,
        IReadOnlyList<(string Name, Series Series)> lines,
        DateTimeOffset from,
        DateTimeOffset to
    )
    {
        IEnumerable<XElement> content =
            lines.Count == 0
                ?
                [
                    Text(
                        box.X + box.Width / 2,
                        box.Y + box.Height / 2,
                        "faint",
                        panel.Requires == Requirement.Nothing ? "no data in this run" : "no GPU in this run",
                        "middle"
                    ),
                ]
                : panel.Kind switch
                {
                    PanelKind.Stat => Numbers(panel, box, lines),
                    PanelKind.Table => lines
                        .Take((int)((box.Height - 30) / 14))
                        .Select((line, index) => Text(box.X + 10, box.Y + 38 + index * 14, "faint", line.Name)),
                    _ => Lines(panel, box, lines, from.ToUnixTimeMilliseconds() / 1000.0, to.ToUnixTimeMilliseconds() / 1000.0),
                };
        return Shape("g", "", Rectangle(box, "card"), Text(box.X + 10, box.Y + 17, "panel", panel.Title), content);
    }

    static IEnumerable<XElement> Numbers(Panel panel, Box box, IReadOnlyList<(string Name, Series Series)> lines)
    {
        var width = box.Width / lines.Count;
        for (var index = 0; index < lines.Count; index++)
        {
            var middle = box.X + (index + 0.5) * width;
            yield return Text(
                middle,
                box.Y + 54,
                "big",
                UnitText.Of(lines[index].Series.Points.Last(point => double.IsFinite(point.Value)).Value, panel.Unit),
                "middle"
            );
            yield return Text(middle, box.Y + 74, "faint", lines[index].Name, "middle");
        }
    }

    static IEnumerable<XElement> Lines(Panel panel, Box box, IReadOnlyList<(string Name, Series Series)> lines, double from, double to)
    {
        var legend = Math.Min(LegendLines, (lines.Count + 1) / 2);
        var (left, right, top, bottom) = (box.X + 58, box.X + box.Width - 10, box.Y + 28, box.Y + box.Height - 22 - 13 * legend);
        var finite = lines.SelectMany(line => line.Series.Points).Select(point => point.Value).Where(double.IsFinite).ToList();
        var (low, high) = (Math.Min(0, finite.Min()), finite.Max());
        // What never comes near zero is shown in its own range.
        if (finite.Min() > 0.5 * high)
            low = finite.Min() - 0.1 * (high - finite.Min());
        if (high <= low)
            high = low + 1;
        for (var tick = 0; tick <= 2; tick++)
        {
            var value = low + tick * (high - low) / 2;
            yield return Shape("line", "axis", At("x1", left), At("x2", right), At("y1", Y(value)), At("y2", Y(value)));
            yield return Text(left - 5, Y(value) + 4, "faint", UnitText.Of(value, panel.Unit), "end");
        }

        yield return Text(left, bottom + 13, "faint", "0 s");
        yield return Text(right, bottom + 13, "faint", UnitText.Of(to - from, "s"), "end");
        for (var index = 0; index < lines.Count; index++)
        {
            yield return Shape("path", $"line c{index % Colours}", new XAttribute("d", Path(lines[index].Series)));
            if (index >= 2 * legend)
                continue;
            var (x, y) = (box.X + 12 + index % 2 * (box.Width / 2), bottom + 28 + index / 2 * 13);
            yield return Shape("rect", $"c{index % Colours}", At("x", x), At("y", y - 6), At("width", 10), At("height", 3));
            yield return Text(
                x + 14,
                y,
                "faint",
                lines.Count > 2 * legend && index == 2 * legend - 1 ? $"… {lines.Count - index} more" : lines[index].Name
            );
        }

        double X(double time) => left + (time - from) / (to - from) * (right - left);

        double Y(double value) => bottom - (value - low) / (high - low) * (bottom - top);

        string Path(Series series)
        {
            var (path, before) = (new List<string>(), double.NegativeInfinity);
            foreach (var (time, value) in series.Points.Where(point => double.IsFinite(point.Value)))
            {
                // A gap of more than a sample is a gap in the line.
                path.Add(FormattableString.Invariant($"{(time - before > 1.5 ? 'M' : 'L')}{X(time):0.#} {Y(value):0.#}"));
                before = time;
            }

            return string.Join(' ', path);
        }
    }
}
