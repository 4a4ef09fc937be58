using Orchestrator.Flows.Transforms;

namespace Orchestrator.Flows.Architectures;

/// <summary>What a coupling does to the part that it changes, by name.</summary>
public static class CouplingMaps
{
    public const string Affine = "affine";

    static readonly SortedDictionary<string, ElementwiseMap> All = new(StringComparer.Ordinal)
    {
        ["additive"] = new AdditiveMap(),
        [Affine] = new AffineMap(),
        ["spline"] = new SplineMap(),
    };

    public static IReadOnlyCollection<string> Names => All.Keys;

    /// <exception cref="ArgumentException">Unknown name.</exception>
    public static ElementwiseMap Of(string name) =>
        All.TryGetValue(name, out var map)
            ? map
            : throw new ArgumentException($"unknown coupling '{name}': known are {string.Join(", ", Names)}", nameof(name));
}
