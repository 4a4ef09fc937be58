using System.Collections.Immutable;

namespace Orchestrator.Dashboards;

enum PanelKind
{
    TimeSeries,
    Stat,
    Table,
}

/// <summary>What a query needs before it returns anything.</summary>
enum Requirement
{
    Nothing,

    /// <summary>A GPU and the driver's tool.</summary>
    Gpu,

    /// <summary>NVIDIA's exporter.</summary>
    Dcgm,
}

/// <param name="Legend">Names the series, with <c>{{label}}</c>; empty for a table.</param>
sealed record Query(string Expression, string Legend);

/// <param name="Unit">As Grafana knows it: <c>s</c>, <c>bytes</c>, <c>percentunit</c>, <c>short</c>, ….</param>
sealed record Panel(string Title, string Description, string Unit, params ImmutableArray<Query> Queries)
{
    public PanelKind Kind { get; init; }

    /// <summary>Of the 24 columns.</summary>
    public int Width { get; init; } = 8;

    public bool IsStacked { get; init; }

    /// <summary>Each series leads to the trial of its labels on the live page.</summary>
    public bool LeadsToTrial { get; init; }

    public Requirement Requires { get; init; }

    public int Height => Kind == PanelKind.Stat ? 4 : 8;

    public static Panel Stat(string title, string description, string unit, string expression, string legend) =>
        new(title, description, unit, new Query(expression, legend)) { Kind = PanelKind.Stat, Width = 6 };

    public static Panel Table(string title, string description, string expression) =>
        new(title, description, "short", new Query(expression, "")) { Kind = PanelKind.Table, Width = 12 };
}

/// <summary>Panels that answer one question.</summary>
sealed record Row(string Question, params ImmutableArray<Panel> Panels);

/// <param name="Uid">Stays for good: links and bookmarks hold it.</param>
/// <param name="Variables">Those of <see cref="Variable"/> that its queries use.</param>
sealed record Dashboard(string Uid, string Title, string Description, ImmutableArray<string> Variables, params ImmutableArray<Row> Rows)
{
    public string File => $"monitoring/grafana/dashboards/{Uid["orchestrator-".Length..]}.json";

    public IEnumerable<Panel> Panels => Rows.SelectMany(row => row.Panels);

    public static ImmutableArray<Dashboard> All { get; } =
    [
        Sources.Sweep.Dashboard,
        Sources.Cluster.Dashboard,
        Sources.Nodes.Dashboard,
        Sources.Evaluation.Dashboard,
        Sources.Reliability.Dashboard,
    ];
}

/// <summary>What a reader chooses at the top of a dashboard.</summary>
static class Variable
{
    public const string Sweep = "sweep",
        Node = "node",
        Role = "role";

    public static string Query(string name) =>
        name switch
        {
            Sweep => "label_values(orchestrator_sweep_trials, sweep)",
            Node => "label_values(up{job=\"orchestrator\"}, node)",
            Role => "label_values(up{job=\"orchestrator\"}, role)",
            _ => throw new ArgumentOutOfRangeException(nameof(name), name, "no such variable"),
        };
}
