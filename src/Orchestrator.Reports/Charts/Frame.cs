using System.Globalization;
using System.Xml.Linq;

namespace Orchestrator.Reports.Charts;

/// <summary>The part of a chart that lines and points are drawn in, in the picture's units.</summary>
sealed record Frame(double Left, double Top, double Right, double Bottom)
{
    /// <summary>Horizontal grid lines with their values, ticks below, and both axes' names.</summary>
    public IEnumerable<XElement> Axes(LinearScale x, LinearScale y, string xName, string yName, int xTicks, double smallestXStep = 0)
    {
        var rows = y.Ticks(5).ToList();
        var decimals = Decimals(rows);
        foreach (var value in rows)
        {
            yield return Svg.Line("grid", Left, y.At(value), Right, y.At(value));
            yield return Svg.Text("tick", Left - 8, y.At(value) + 4, "end", value.ToString(decimals, CultureInfo.InvariantCulture));
        }

        var columns = x.Ticks(xTicks, smallestXStep).ToList();
        decimals = Decimals(columns);
        foreach (var value in columns)
            yield return Svg.Text("tick", x.At(value), Bottom + 18, "middle", value.ToString(decimals, CultureInfo.InvariantCulture));

        yield return Svg.Line("axis", Left, Bottom, Right, Bottom);
        yield return Svg.Text("axis-name", Right, Bottom + 36, "end", xName);
        yield return Svg.Text("axis-name", 0, Top - 12, "start", yName);
    }

    static string Decimals(List<double> ticks)
    {
        if (ticks.Count < 2) return "0.##";
        var digits = Math.Max(0, -(int)Math.Floor(Math.Log10(ticks[1] - ticks[0]) + 1e-9));
        return string.Create(CultureInfo.InvariantCulture, $"F{digits}");
    }
}
