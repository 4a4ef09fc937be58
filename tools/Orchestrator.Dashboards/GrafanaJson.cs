using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Orchestrator.Dashboards;

/// <summary>Writes a dashboard as Grafana's classic JSON model has it.</summary>
/// <remarks>https://grafana.com/docs/grafana/latest/visualizations/dashboards/build-dashboards/view-dashboard-json-model/</remarks>
static class GrafanaJson
{
    /// <summary>Of Grafana 12, which docker-compose.yml runs.</summary>
    const int SchemaVersion = 41;

    const int Columns = 24;

    // Links hold <, > and & as they are.
    static readonly JsonSerializerOptions Readable = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static string Of(Dashboard dashboard) =>
        new JsonObject
        {
            ["id"] = null,
            ["uid"] = dashboard.Uid,
            ["title"] = dashboard.Title,
            ["description"] = dashboard.Description,
            ["tags"] = Array("orchestrator"),
            ["editable"] = false,
            ["graphTooltip"] = 1,
            ["refresh"] = "30s",
            ["schemaVersion"] = SchemaVersion,
            ["version"] = 1,
            ["timezone"] = "browser",
            ["time"] = new JsonObject { ["from"] = "now-3h", ["to"] = "now" },
            ["timepicker"] = new JsonObject(),
            ["fiscalYearStartMonth"] = 0,
            ["links"] = Array(ToOthers(), ToPage()),
            ["annotations"] = new JsonObject { ["list"] = Array([BuiltIn(), .. Annotation.All.Select(Annotate)]) },
            ["templating"] = new JsonObject
            {
                ["list"] = Array([DataSourceVariable(), .. dashboard.Variables.Select(QueryVariable), PageVariable()]),
            },
            ["panels"] = Array([.. Panels(dashboard)]),
        }.ToJsonString(Readable) + "\n";

    static IEnumerable<JsonNode> Panels(Dashboard dashboard)
    {
        var (id, y) = (0, 0);
        foreach (var row in dashboard.Rows)
        {
            yield return new JsonObject
            {
                ["id"] = ++id,
                ["type"] = "row",
                ["title"] = row.Question,
                ["collapsed"] = false,
                ["gridPos"] = Grid(0, y++, Columns, 1),
                ["panels"] = new JsonArray(),
            };
            var (x, height) = (0, 0);
            foreach (var panel in row.Panels)
            {
                // Panels of one height stand beside each other.
                if (x + panel.Width > Columns || (height > 0 && panel.Height != height))
                    (x, y) = (0, y + height);
                height = panel.Height;
                yield return Of(panel, ++id, Grid(x, y, panel.Width, panel.Height));
                x += panel.Width;
            }

            y += height;
        }
    }

    static JsonObject Of(Panel panel, int id, JsonObject grid)
    {
        var json = new JsonObject
        {
            ["id"] = id,
            ["type"] = Type(panel.Kind),
            ["title"] = panel.Title,
            ["description"] = panel.Description,
            ["datasource"] = DataSource(),
            ["gridPos"] = grid,
            ["targets"] = Array([.. panel.Queries.Select((query, index) => Target(panel, query, index))]),
            ["fieldConfig"] = new JsonObject
            {
                ["defaults"] = new JsonObject
                {
                    ["unit"] = panel.Unit,
                    ["custom"] = Custom(panel),
                    ["links"] = Array(panel.LeadsToTrial ? [ToTrial(panel)] : []),
                },
                ["overrides"] = new JsonArray(),
            },
            ["options"] = Options(panel.Kind),
        };
        if (panel.Kind == PanelKind.Table)
            json["transformations"] = Array(OnlyLabels());
        return json;
    }

    static JsonObject Target(Panel panel, Query query, int index) =>
        new()
        {
            ["refId"] = ((char)('A' + index)).ToString(),
            ["datasource"] = DataSource(),
            ["editorMode"] = "code",
            ["expr"] = query.Expression,
            ["legendFormat"] = query.Legend,
            ["range"] = panel.Kind != PanelKind.Table,
            ["instant"] = panel.Kind == PanelKind.Table,
            ["format"] = panel.Kind == PanelKind.Table ? "table" : "time_series",
        };

    static JsonObject Custom(Panel panel) =>
        panel.Kind != PanelKind.TimeSeries
            ? []
            : new JsonObject
            {
                ["drawStyle"] = "line",
                ["lineWidth"] = 1,
                ["fillOpacity"] = panel.IsStacked ? 30 : 5,
                ["showPoints"] = "never",
                ["spanNulls"] = false,
                ["stacking"] = new JsonObject { ["mode"] = panel.IsStacked ? "normal" : "none", ["group"] = "A" },
            };

    static JsonObject Options(PanelKind kind) =>
        kind switch
        {
            PanelKind.Stat => new JsonObject
            {
                ["reduceOptions"] = new JsonObject
                {
                    ["calcs"] = Array("lastNotNull"),
                    ["fields"] = "",
                    ["values"] = false,
                },
                ["orientation"] = "auto",
                ["textMode"] = "auto",
                ["colorMode"] = "value",
                ["graphMode"] = "area",
                ["justifyMode"] = "auto",
            },
            PanelKind.Table => new JsonObject { ["showHeader"] = true, ["cellHeight"] = "sm" },
            _ => new JsonObject
            {
                ["legend"] = new JsonObject
                {
                    ["displayMode"] = "list",
                    ["placement"] = "bottom",
                    ["showLegend"] = true,
                    ["calcs"] = new JsonArray(),
                },
                ["tooltip"] = new JsonObject { ["mode"] = "multi", ["sort"] = "desc" },
            },
        };

    static JsonObject OnlyLabels() =>
        new()
        {
            ["id"] = "organize",
            ["options"] = new JsonObject
            {
                ["excludeByName"] = new JsonObject
                {
                    ["Time"] = true,
                    ["Value"] = true,
                    ["__name__"] = true,
                    ["instance"] = true,
                    ["job"] = true,
                    ["role"] = true,
                },
            },
        };

    static JsonObject ToTrial(Panel panel)
    {
        var labels = panel.Kind == PanelKind.Table ? "__data.fields" : "__field.labels";
        return new()
        {
            ["title"] = "This trial on the live page",
            ["url"] = $"${{page:raw}}/#/sweeps/${{{labels}.sweep}}/trials/${{{labels}.trial}}",
            ["targetBlank"] = true,
        };
    }

    static JsonObject BuiltIn() =>
        new()
        {
            ["builtIn"] = 1,
            ["datasource"] = new JsonObject { ["type"] = "grafana", ["uid"] = "-- Grafana --" },
            ["enable"] = true,
            ["hide"] = true,
            ["iconColor"] = "rgba(0, 211, 255, 1)",
            ["name"] = "Annotations & Alerts",
            ["type"] = "dashboard",
        };

    static JsonObject Annotate(Annotation annotation) =>
        new()
        {
            ["name"] = annotation.Name,
            ["datasource"] = DataSource(),
            ["enable"] = true,
            ["hide"] = false,
            ["iconColor"] = annotation.Colour,
            ["expr"] = annotation.Expression,
            ["titleFormat"] = annotation.Title,
            ["textFormat"] = "",
            ["tagKeys"] = "",
            ["useValueForTime"] = false,
        };

    static JsonObject DataSourceVariable() =>
        new()
        {
            ["name"] = "datasource",
            ["label"] = "Data source",
            ["type"] = "datasource",
            ["query"] = "prometheus",
            ["refresh"] = 1,
            ["regex"] = "",
            ["hide"] = 0,
            ["multi"] = false,
            ["includeAll"] = false,
            ["options"] = new JsonArray(),
            ["current"] = new JsonObject { ["text"] = "Prometheus", ["value"] = "prometheus" },
        };

    static JsonObject QueryVariable(string name) =>
        new()
        {
            ["name"] = name,
            ["label"] = char.ToUpperInvariant(name[0]) + name[1..],
            ["type"] = "query",
            ["datasource"] = DataSource(),
            ["query"] = new JsonObject { ["query"] = Variable.Query(name), ["refId"] = name },
            ["definition"] = Variable.Query(name),
            ["refresh"] = 2,
            ["regex"] = "",
            ["sort"] = 1,
            ["hide"] = 0,
            ["multi"] = true,
            ["includeAll"] = true,
            ["allValue"] = ".*",
            ["options"] = new JsonArray(),
            ["current"] = new JsonObject { ["text"] = Array("All"), ["value"] = Array("$__all") },
        };

    // Where the live page is, as the reader's browser reaches it.
    static JsonObject PageVariable() =>
        new()
        {
            ["name"] = "page",
            ["label"] = "Live page",
            ["type"] = "textbox",
            ["query"] = "http://127.0.0.1:8080",
            ["hide"] = 0,
            ["options"] = Array(
                new JsonObject
                {
                    ["text"] = "http://127.0.0.1:8080",
                    ["value"] = "http://127.0.0.1:8080",
                    ["selected"] = true,
                }
            ),
            ["current"] = new JsonObject { ["text"] = "http://127.0.0.1:8080", ["value"] = "http://127.0.0.1:8080" },
        };

    static JsonObject ToOthers() =>
        new()
        {
            ["type"] = "dashboards",
            ["title"] = "Orchestrator",
            ["tags"] = Array("orchestrator"),
            ["asDropdown"] = true,
            ["includeVars"] = true,
            ["keepTime"] = true,
            ["icon"] = "external link",
            ["targetBlank"] = false,
            ["tooltip"] = "The other dashboards",
            ["url"] = "",
        };

    static JsonObject ToPage() =>
        new()
        {
            ["type"] = "link",
            ["title"] = "Live page",
            ["url"] = "${page:raw}/",
            ["tags"] = new JsonArray(),
            ["asDropdown"] = false,
            ["includeVars"] = false,
            ["keepTime"] = false,
            ["icon"] = "external link",
            ["targetBlank"] = true,
            ["tooltip"] = "Trials, curves and pictures",
        };

    static string Type(PanelKind kind) =>
        kind switch
        {
            PanelKind.Stat => "stat",
            PanelKind.Table => "table",
            _ => "timeseries",
        };

    static JsonObject DataSource() => new() { ["type"] = "prometheus", ["uid"] = "${datasource}" };

    static JsonObject Grid(int x, int y, int w, int h) =>
        new()
        {
            ["h"] = h,
            ["w"] = w,
            ["x"] = x,
            ["y"] = y,
        };

    static JsonArray Array(params JsonNode?[] items) => new(items);
}
