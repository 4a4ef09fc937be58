using System.Globalization;
using System.Xml.Linq;

namespace Orchestrator.Reports.Charts;

/// <summary>The few shapes that the charts are drawn with.</summary>
static class Svg
{
    /// <param name="label">What the picture shows, for those who cannot see it.</param>
    /// <param name="className">Tells the style sheet at which page width it is shown.</param>
    public static XElement Picture(double width, double height, string label, string className, params IEnumerable<object?> content) =>
        new(
            "svg",
            new XAttribute("viewBox", $"0 0 {Number(width)} {Number(height)}"),
            new XAttribute("role", "img"),
            new XAttribute("aria-label", label),
            new XAttribute("class", className),
            content
        );

    public static XElement Group(string className, params IEnumerable<object?> content) =>
        new("g", new XAttribute("class", className), content);

    public static XElement Line(string className, double x1, double y1, double x2, double y2) =>
        new("line", new XAttribute("class", className), At("x1", x1), At("y1", y1), At("x2", x2), At("y2", y2));

    public static XElement Dot(string className, double x, double y, double radius, string? title = null) =>
        new("circle", new XAttribute("class", className), At("cx", x), At("cy", y), At("r", radius), Title(title));

    /// <param name="anchor"><c>start</c>, <c>middle</c> or <c>end</c>.</param>
    public static XElement Text(string className, double x, double y, string anchor, string text) =>
        new("text", new XAttribute("class", className), At("x", x), At("y", y), new XAttribute("text-anchor", anchor), text);

    /// <summary>A line through points; one that is not finite interrupts it.</summary>
    public static XElement Path(string className, IEnumerable<(double X, double Y)> points, string? title = null)
    {
        var (path, pen) = (new List<string>(), 'M');
        foreach (var (x, y) in points)
        {
            var isDrawn = double.IsFinite(x) && double.IsFinite(y);
            if (isDrawn)
                path.Add($"{pen}{Number(x)} {Number(y)}");
            pen = isDrawn ? 'L' : 'M';
        }

        return new("path", new XAttribute("class", className), new XAttribute("d", string.Join(' ', path)), Title(title));
    }

    public static string Number(double value) => value.ToString("0.#", CultureInfo.InvariantCulture);

    static XAttribute At(string name, double value) => new(name, Number(value));

    static XElement? Title(string? title) => title is null ? null : new("title", title);
}
