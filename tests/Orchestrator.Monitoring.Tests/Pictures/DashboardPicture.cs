using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Orchestrator.Dashboards;
using Orchestrator.Monitoring.Tests.Live;

namespace Orchestrator.Monitoring.Tests.Pictures;

/// <summary>Draws a dashboard's data on the places that its file gives to its panels. Not what Grafana draws: what there is to
/// draw.</summary>
static partial class DashboardPicture
{
    const double Column = 50,
        RowHeight = 26,
        Gap = 8,
        Margin = 10;
    static readonly XNamespace Svg = "http://www.w3.org/2000/svg";

    public static string File(Dashboard dashboard) => $"docs/images/{Path.GetFileNameWithoutExtension(dashboard.File)}-dashboard.svg";

    public static string Draw(
        Dashboard dashboard,
        IReadOnlyDictionary<Query, IReadOnlyList<Series>> data,
        DateTimeOffset from,
        DateTimeOffset to
    )
    {
        var panels = dashboard.Panels.ToDictionary(panel => panel.Title);
        var drawn = new List<XElement>();
        var bottom = 0.0;
        foreach (var json in JsonDocument.Parse(GrafanaJson.Of(dashboard)).RootElement.GetProperty("panels").EnumerateArray())
        {
            var grid = json.GetProperty("gridPos");
            var box = new Box(
                Margin + Grid("x") * Column,
                44 + Grid("y") * RowHeight,
                Grid("w") * Column - Gap,
                Grid("h") * RowHeight - Gap
            );
            bottom = Math.Max(bottom, box.Y + box.Height);
            var title = json.GetProperty("title").GetString()!;
            drawn.Add(
                json.GetProperty("type").GetString() == "row"
                    ? Text(box.X, box.Y + 14, "row", title)
                    : PanelPicture.Draw(panels[title], box, Shown(panels[title], data), from, to)
            );

            double Grid(string key) => grid.GetProperty(key).GetDouble();
        }

        var (width, height) = (2 * Margin + 24 * Column - Gap, bottom + Margin);
        return new XElement(
                Svg + "svg",
                new XAttribute("viewBox", FormattableString.Invariant($"0 0 {width:0} {height:0}")),
                new XAttribute("width", width),
                new XAttribute("role", "img"),
                new XAttribute("aria-label", $"Data of the dashboard {dashboard.Title}"),
                new XElement(Svg + "style", Style),
                Rectangle(new Box(0, 0, width, height), "page"),
                Text(Margin, 28, "title", dashboard.Title),
                drawn
            ) + "\n";
    }

    static List<(string Name, Series Series)> Shown(Panel panel, IReadOnlyDictionary<Query, IReadOnlyList<Series>> data) =>
        [
            .. panel
                .Queries.SelectMany(query => data[query].Select(series => (Name(query, series), series)))
                .Where(line => line.series.Points.Any(point => double.IsFinite(point.Value))),
        ];

    static string Name(Query query, Series series) =>
        query.Legend.Length == 0
            ? string.Join(
                "  ",
                series
                    .Labels.Where(label => label.Key is not ("__name__" or "instance" or "job" or "role"))
                    .OrderBy(label => label.Key, StringComparer.Ordinal)
                    .Select(label => $"{label.Key}={label.Value}")
            )
            : Label().Replace(query.Legend, match => series.Labels.GetValueOrDefault(match.Groups[1].Value, ""));

    public static XElement Text(double x, double y, string style, string text, string anchor = "start") =>
        new(Svg + "text", At("x", x), At("y", y), new XAttribute("class", style), new XAttribute("text-anchor", anchor), text);

    public static XElement Rectangle(Box box, string style) =>
        new(Svg + "rect", At("x", box.X), At("y", box.Y), At("width", box.Width), At("height", box.Height), new XAttribute("class", style));

    public static XElement Shape(string name, string style, params object[] content) =>
        new(Svg + name, new XAttribute("class", style), content);

    public static XAttribute At(string name, double value) => new(name, value.ToString("0.#", CultureInfo.InvariantCulture));

    const string Style = """
        text{font:11px system-ui,sans-serif;fill:#24292f} .page{fill:#f4f5f5} .card{fill:#fff;stroke:#d8dbe0}
        .title{font-size:18px;font-weight:600} .row{font-size:13px;font-weight:600} .panel{font-weight:600}
        .faint{fill:#6b7280;font-size:10px} .big{font-size:24px;font-weight:600} .axis{stroke:#e3e6ea}
        path{fill:none;stroke-width:1.5} .c0{stroke:#2563eb;fill:#2563eb} .c1{stroke:#d97706;fill:#d97706}
        .c2{stroke:#059669;fill:#059669} .c3{stroke:#dc2626;fill:#dc2626} .c4{stroke:#7c3aed;fill:#7c3aed}
        .c5{stroke:#0891b2;fill:#0891b2} .c6{stroke:#be185d;fill:#be185d} .c7{stroke:#4d7c0f;fill:#4d7c0f} path.line{fill:none}
        """;

    [GeneratedRegex(@"\{\{(\w+)\}\}")]
    private static partial Regex Label();
}

readonly record struct Box(double X, double Y, double Width, double Height);
