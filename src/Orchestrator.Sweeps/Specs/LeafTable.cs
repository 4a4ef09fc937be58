using System.Collections.Immutable;

namespace Orchestrator.Sweeps.Specs;

/// <summary>Leaves by path, and the parts (<c>training</c>) that they make up.</summary>
public sealed class LeafTable(ImmutableArray<Leaf> leaves)
{
    readonly ImmutableDictionary<string, Leaf> byPath = leaves.ToImmutableDictionary(leaf => leaf.Path);

    public ImmutableArray<Leaf> Leaves => leaves;

    /// <summary>In the order of the table, outer before inner.</summary>
    public ImmutableArray<string> Parts { get; } = [.. leaves.SelectMany(leaf => PartsOf(leaf.Path)).Distinct()];

    public Leaf? Find(string path) => byPath.GetValueOrDefault(path);

    public bool IsPart(string path) => Parts.Contains(path);

    /// <param name="part">The empty path stands for everything.</param>
    public IEnumerable<Leaf> LeavesOf(string part) => leaves.Where(leaf => IsIn(leaf.Path, part));

    /// <returns>Paths of the leaves and parts in a part, relative to it.</returns>
    public IEnumerable<string> KeysOf(string part) =>
        Parts
            .Concat(leaves.Select(leaf => leaf.Path))
            .Where(path => path != part && IsIn(path, part))
            .Select(path => path[Prefix(part).Length..]);

    public static string Join(string part, string key) => Prefix(part) + key;

    /// <returns>True also where the two are the same.</returns>
    public static bool IsIn(string path, string part) => path == part || path.StartsWith(Prefix(part), StringComparison.Ordinal);

    static string Prefix(string part) => part.Length == 0 ? "" : part + ".";

    static IEnumerable<string> PartsOf(string path)
    {
        for (var dot = path.IndexOf('.'); dot >= 0; dot = path.IndexOf('.', dot + 1))
            yield return path[..dot];
    }
}
