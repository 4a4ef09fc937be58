using System.Collections.Immutable;

namespace Orchestrator.Sweeps.Specs;

/// <summary>A name, and the settings of its part of a trial that are not at their defaults:
/// <c>glow(coupling=spline,mixing=permutation)</c>.</summary>
/// <remarks>
/// The form in which settings travel that are younger than the messages between nodes, whose layout holds the name's text and no more.
/// A node of an older version refuses such a name; from a field that it does not know it would train something else.
/// </remarks>
public sealed record Variant(string Name, ImmutableSortedDictionary<string, string> Options)
{
    /// <param name="leaves">Of a completed trial.</param>
    /// <param name="path">Of the name: <c>flow.architecture</c>.</param>
    public static Variant Of(ImmutableSortedDictionary<string, string> leaves, string path)
    {
        var part = path[..path.LastIndexOf('.')];
        var options = TrialSchema.Table.LeavesOf(part).Where(leaf => leaf.IsLeftOutByDefault && leaves.ContainsKey(leaf.Path));
        return new(leaves[path], options.ToImmutableSortedDictionary(leaf => leaf.Name, leaf => leaves[leaf.Path], StringComparer.Ordinal));
    }

    /// <returns>Text that is not so formed is all name, which nobody will know.</returns>
    public static Variant Parse(string text)
    {
        var none = ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal);
        var open = text.IndexOf('(', StringComparison.Ordinal);
        if (open < 0 || !text.EndsWith(')'))
            return new(text, none);
        var pairs = text[(open + 1)..^1].Split(',').Select(pair => pair.Split('=')).ToList();
        return pairs.All(pair => pair.Length == 2) && pairs.DistinctBy(pair => pair[0]).Count() == pairs.Count
            ? new(text[..open], none.AddRange(pairs.Select(pair => KeyValuePair.Create(pair[0], pair[1]))))
            : new(text, none);
    }

    /// <returns>The canonical text of a setting, given or by default.</returns>
    public string Get(string path)
    {
        var leaf = TrialSchema.Table.Find(path)!;
        return Options.GetValueOrDefault(leaf.Name, leaf.Default!);
    }

    /// <returns>What is wrong with the settings of a part; null where nothing is.</returns>
    public string? Fault(string part)
    {
        foreach (var (name, value) in Options)
        {
            if (TrialSchema.Table.Find(LeafTable.Join(part, name)) is not { IsLeftOutByDefault: true } leaf)
                return $"{LeafTable.Join(part, name)}: this version has no such setting";
            if (leaf.Kind.Canonical(value) != value)
                return $"{leaf.Path}: expected {leaf.Kind.Expected}, found {Wording.Short(value)}";
        }

        return null;
    }

    public override string ToString() =>
        Options.IsEmpty ? Name : $"{Name}({string.Join(',', Options.Select(option => $"{option.Key}={option.Value}"))})";
}
