using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;
using Orchestrator.Sweeps;

namespace Orchestrator.Reports.Export;

/// <summary>Trials or rungs as rows: every figure of <c>sweep results --json</c> in a column that is named by its path there, as
/// <c>evaluation.samples.fid</c>.</summary>
public sealed record FlatTable(ImmutableArray<FlatColumn> Columns, int Rows)
{
    public static FlatTable Of<T>(IEnumerable<T> parts)
    {
        var rows = parts.Select(Flat).ToList();
        return new(
            [.. Paths(rows).Select(path => new FlatColumn(path, [.. rows.Select(row => row.Find(cell => cell.Path == path).Value)]))],
            rows.Count
        );
    }

    /// <summary>Every path once. One that only later trials have, as the scores of a scheme, stands where they have it.</summary>
    static List<string> Paths(IEnumerable<List<(string Path, JsonElement? Value)>> rows)
    {
        var paths = new List<string>();
        foreach (var row in rows)
        {
            var place = 0;
            foreach (var (path, _) in row)
            {
                var known = paths.IndexOf(path);
                if (known < 0)
                    paths.Insert(known = place, path);
                place = known + 1;
            }
        }

        return paths;
    }

    static List<(string Path, JsonElement? Value)> Flat<T>(T part)
    {
        var cells = new List<(string, JsonElement?)>();
        Flatten("", JsonSerializer.SerializeToNode(part, OrchestratorJson.Compact), cells);
        return cells;
    }

    static void Flatten(string path, JsonNode? node, List<(string, JsonElement?)> cells)
    {
        if (node is JsonObject parts)
            foreach (var (name, part) in parts)
                Flatten(path.Length == 0 ? name : $"{path}.{name}", part, cells);
        else
            cells.Add((path, node?.Deserialize<JsonElement>()));
    }
}

/// <summary>A figure of every row; null where it is not known.</summary>
public sealed record FlatColumn(string Path, ImmutableArray<JsonElement?> Values)
{
    /// <summary>Whether every known value is a number.</summary>
    public bool IsNumber => Known.Any() && Known.All(value => value.ValueKind == JsonValueKind.Number);

    /// <summary>Whether every known value is a whole number.</summary>
    public bool IsWhole => IsNumber && Known.All(value => value.TryGetInt64(out _));

    IEnumerable<JsonElement> Known => Values.Where(value => value is not null).Select(value => value!.Value);
}
