using System.Collections.Immutable;
using System.Text.Json.Nodes;

namespace Orchestrator.Sweeps.Specs;

/// <summary>A trial's parameters as others read them.</summary>
public static class ParameterJson
{
    /// <returns>By dotted path; numbers as numbers, a kappa in multiples of d as text.</returns>
    public static JsonObject Of(ImmutableSortedDictionary<string, string> assignment) =>
        new(assignment.Select(field => KeyValuePair.Create(field.Key, (JsonNode?)Kind(field.Key).ToJson(field.Value))));

    static FieldKind Kind(string path) =>
        (
            path == SearchSpace.Replicate
                ? TrialFields.Replicate
                : TrialFields.Table.Find(path) ?? throw new ArgumentException($"no field has the path {path}", nameof(path))
        ).Kind;
}
