using System.Text.Json.Nodes;

namespace Orchestrator.Sweeps.Specs;

/// <summary>Says what differs between two specs of one name.</summary>
public static class SpecDifference
{
    const string Absent = "nothing";

    /// <returns>Lines <c>path: old → new</c>; none where the specs are the same.</returns>
    public static IReadOnlyList<string> Between(SweepSpec a, SweepSpec b)
    {
        var (old, @new) = (Flatten(a), Flatten(b));
        var differences = old
            .Keys.Union(@new.Keys)
            .Select(path => (Path: path, Old: old.GetValueOrDefault(path, Absent), New: @new.GetValueOrDefault(path, Absent)))
            .Where(line => line.Old != line.New)
            .Select(line => $"{line.Path}: {line.Old} → {line.New}")
            .ToList();
        // The same parameters in another order are the same trials with other numbers.
        var (oldOrder, newOrder) = (Order(a), Order(b));
        if (!oldOrder.SequenceEqual(newOrder) && oldOrder.ToHashSet().SetEquals(newOrder))
            differences.Add($"order of parameters: {string.Join(", ", oldOrder)} → {string.Join(", ", newOrder)}");
        return differences;
    }

    static List<string> Order(SweepSpec spec) => [.. spec.Space.Parameters.Select(parameter => parameter.Path)];

    static Dictionary<string, string> Flatten(SweepSpec spec)
    {
        var json = JsonNode.Parse(spec.ToJson())!.AsObject();
        json.Remove("space");
        var lines = new Dictionary<string, string>();
        Flatten(json, "", lines);
        foreach (var parameter in spec.Space.Parameters)
            lines.Add($"parameters.{parameter.Path}", Text(parameter));
        return lines;
    }

    static void Flatten(JsonNode? node, string path, Dictionary<string, string> lines)
    {
        if (node is JsonObject json)
        {
            foreach (var (key, value) in json)
                Flatten(value, FieldTable.Join(path, key), lines);
        }
        else
        {
            lines.Add(path, node is JsonArray list ? $"[{string.Join(", ", list.Select(Text))}]" : node?.ToString() ?? Absent);
        }
    }

    static string? Text(JsonNode? item) => item is JsonObject json ? json.ToJsonString(OrchestratorJson.Compact) : item?.ToString();

    static string Text(Parameter parameter) =>
        parameter.Range?.ToString() ?? $"[{string.Join(", ", parameter.Choices.Select(choice => Text(choice, parameter.Path)))}]";

    static string Text(Choice choice, string path)
    {
        if (choice.Inner.IsEmpty && choice.Values.Count == 1 && choice.Values.TryGetValue(path, out var value))
            return value;
        var values = choice.Values.Select(field => $"{field.Key}: {field.Value}");
        return $"{{ {string.Join(", ", values.Concat(choice.Inner.Select(inner => $"{inner.Path}: {Text(inner)}")))} }}";
    }
}
