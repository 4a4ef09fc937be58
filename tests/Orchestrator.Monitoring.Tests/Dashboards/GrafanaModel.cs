using System.Text.Json;

namespace Orchestrator.Monitoring.Tests.Dashboards;

/// <summary>The required keys of Grafana's classic dashboard model, and their types.</summary>
/// <remarks>From the documented model and the panels' options; Grafana itself is not here to ask.</remarks>
static class GrafanaModel
{
    static readonly (string Key, JsonValueKind Kind)[] OfDashboard =
    [
        ("uid", JsonValueKind.String),
        ("title", JsonValueKind.String),
        ("tags", JsonValueKind.Array),
        ("editable", JsonValueKind.False),
        ("graphTooltip", JsonValueKind.Number),
        ("schemaVersion", JsonValueKind.Number),
        ("version", JsonValueKind.Number),
        ("refresh", JsonValueKind.String),
        ("timezone", JsonValueKind.String),
        ("time", JsonValueKind.Object),
        ("timepicker", JsonValueKind.Object),
        ("annotations", JsonValueKind.Object),
        ("templating", JsonValueKind.Object),
        ("links", JsonValueKind.Array),
        ("panels", JsonValueKind.Array),
    ];

    static readonly (string Key, JsonValueKind Kind)[] OfPanel =
    [
        ("id", JsonValueKind.Number),
        ("type", JsonValueKind.String),
        ("title", JsonValueKind.String),
        ("gridPos", JsonValueKind.Object),
    ];

    static readonly (string Key, JsonValueKind Kind)[] OfQueryPanel =
    [
        ("description", JsonValueKind.String),
        ("datasource", JsonValueKind.Object),
        ("targets", JsonValueKind.Array),
        ("fieldConfig", JsonValueKind.Object),
        ("options", JsonValueKind.Object),
    ];

    static readonly (string Key, JsonValueKind Kind)[] OfTarget =
    [
        ("refId", JsonValueKind.String),
        ("expr", JsonValueKind.String),
        ("legendFormat", JsonValueKind.String),
        ("datasource", JsonValueKind.Object),
        ("format", JsonValueKind.String),
    ];

    static readonly Dictionary<string, (string Key, JsonValueKind Kind)[]> OfOptions = new()
    {
        ["timeseries"] = [("legend", JsonValueKind.Object), ("tooltip", JsonValueKind.Object)],
        ["stat"] =
        [
            ("reduceOptions", JsonValueKind.Object),
            ("orientation", JsonValueKind.String),
            ("textMode", JsonValueKind.String),
            ("colorMode", JsonValueKind.String),
            ("graphMode", JsonValueKind.String),
            ("justifyMode", JsonValueKind.String),
        ],
        ["table"] = [("showHeader", JsonValueKind.True), ("cellHeight", JsonValueKind.String)],
    };

    static readonly Dictionary<string, (string Key, JsonValueKind Kind)[]> OfVariable = new()
    {
        ["datasource"] =
        [
            ("query", JsonValueKind.String),
            ("refresh", JsonValueKind.Number),
            ("current", JsonValueKind.Object),
            ("options", JsonValueKind.Array),
        ],
        ["query"] =
        [
            ("query", JsonValueKind.Object),
            ("datasource", JsonValueKind.Object),
            ("refresh", JsonValueKind.Number),
            ("sort", JsonValueKind.Number),
            ("multi", JsonValueKind.True),
            ("includeAll", JsonValueKind.True),
            ("current", JsonValueKind.Object),
            ("options", JsonValueKind.Array),
        ],
        ["textbox"] = [("query", JsonValueKind.String), ("current", JsonValueKind.Object), ("options", JsonValueKind.Array)],
    };

    /// <returns>What is wrong, each with its place.</returns>
    public static IReadOnlyList<string> Faults(JsonElement dashboard)
    {
        var faults = new List<string>();
        Check(dashboard, "dashboard", OfDashboard);
        if (faults.Count > 0)
            return faults;
        if (!dashboard.TryGetProperty("id", out var id) || id.ValueKind != JsonValueKind.Null)
            faults.Add("dashboard.id: a provisioned dashboard has none");
        Check(dashboard.GetProperty("time"), "time", ("from", JsonValueKind.String), ("to", JsonValueKind.String));
        foreach (var (annotation, at) in List(dashboard.GetProperty("annotations"), "list"))
            Check(
                annotation,
                at,
                ("name", JsonValueKind.String),
                ("enable", JsonValueKind.True),
                ("iconColor", JsonValueKind.String),
                ("datasource", JsonValueKind.Object)
            );
        foreach (var (link, at) in List(dashboard, "links"))
            Check(
                link,
                at,
                ("type", JsonValueKind.String),
                ("title", JsonValueKind.String),
                ("tags", JsonValueKind.Array),
                ("url", JsonValueKind.String)
            );
        foreach (var (variable, at) in List(dashboard.GetProperty("templating"), "list"))
        {
            Check(variable, at, ("name", JsonValueKind.String), ("type", JsonValueKind.String), ("hide", JsonValueKind.Number));
            Check(variable, at, OfVariable.GetValueOrDefault(Text(variable, "type")) ?? [("a known type", JsonValueKind.String)]);
        }

        foreach (var (panel, at) in List(dashboard, "panels"))
            Panel(panel, at);
        return faults;

        void Panel(JsonElement panel, string at)
        {
            Check(panel, at, OfPanel);
            if (panel.TryGetProperty("gridPos", out var grid))
                Check(grid, $"{at}.gridPos", [.. "hwxy".Select(key => (key.ToString(), JsonValueKind.Number))]);
            if (Text(panel, "type") == "row")
            {
                Check(panel, at, ("collapsed", JsonValueKind.False), ("panels", JsonValueKind.Array));
                return;
            }

            Check(panel, at, OfQueryPanel);
            if (panel.TryGetProperty("options", out var options))
                Check(
                    options,
                    $"{at}.options",
                    OfOptions.GetValueOrDefault(Text(panel, "type")) ?? [("a known panel type", JsonValueKind.String)]
                );
            if (panel.TryGetProperty("fieldConfig", out var fields))
            {
                Check(fields, $"{at}.fieldConfig", ("defaults", JsonValueKind.Object), ("overrides", JsonValueKind.Array));
                if (fields.TryGetProperty("defaults", out var defaults))
                    Check(
                        defaults,
                        $"{at}.fieldConfig.defaults",
                        ("unit", JsonValueKind.String),
                        ("custom", JsonValueKind.Object),
                        ("links", JsonValueKind.Array)
                    );
            }

            foreach (var (target, where) in List(panel, "targets"))
                Check(target, $"{at}.{where}", OfTarget);
        }

        void Check(JsonElement element, string at, params (string Key, JsonValueKind Kind)[] required)
        {
            foreach (var (key, kind) in required)
                if (!element.TryGetProperty(key, out var value))
                    faults.Add($"{at}.{key}: missing");
                else if (value.ValueKind != kind)
                    faults.Add($"{at}.{key}: {value.ValueKind}, not {kind}");
        }
    }

    static IEnumerable<(JsonElement Element, string At)> List(JsonElement of, string key) =>
        of.TryGetProperty(key, out var list) && list.ValueKind == JsonValueKind.Array
            ? list.EnumerateArray().Select((element, index) => (element, $"{key}[{index}]"))
            : [];

    static string Text(JsonElement element, string key) =>
        element.TryGetProperty(key, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString()! : "";
}
