using System.Collections.Immutable;
using System.Text.Json.Nodes;

namespace Orchestrator.Sweeps.Specs;

/// <summary>A trial's parameters as others read them.</summary>
public static class ParameterJson
{
    /// <returns>By dotted path; numbers as numbers, a kappa in multiples of d as text.</returns>
    public static JsonObject Of(ImmutableSortedDictionary<string, string> assignment) =>
        new(assignment.Select(leaf => KeyValuePair.Create(leaf.Key, (JsonNode?)Kind(leaf.Key).ToJson(leaf.Value))));

    static ValueKind Kind(string path) =>
        (
            path == SearchSpace.Replicate
                ? TrialSchema.Replicate
                : TrialSchema.Table.Find(path) ?? throw new ArgumentException($"no leaf has the path {path}", nameof(path))
        ).Kind;
}
