using Orchestrator.Sweeps.Specs;

namespace Orchestrator.Sweeps.SweepFiles;

/// <param name="Text">Canonical; empty where the value is bad, which is then among the problems.</param>
sealed record LeafValue(string Text, Position At);

/// <summary>A key of a mapping that names a leaf, or a part where <see cref="Leaf"/> is null.</summary>
sealed record KnownKey(string Path, Leaf? Leaf, ScalarNode Key, Node Value);

/// <summary>Reads values by a table of leaves.</summary>
sealed class LeafReader(LeafTable table, Problems problems)
{
    /// <summary>Some key was not understood, so that what seems to be missing may only be misspelt.</summary>
    public bool HasUnknownKeys { get; private set; }

    /// <summary>The keys of a mapping that the table knows; the others become problems.</summary>
    /// <param name="part">What the mapping stands for; empty for the whole.</param>
    /// <param name="others">Keys that are known beside the table's.</param>
    public IEnumerable<KnownKey> Keys(MappingNode mapping, string part, params string[] others)
    {
        foreach (var (key, value) in mapping.Entries)
        {
            var path = LeafTable.Join(part, key.Text);
            if (others.Contains(key.Text))
                continue;
            if (table.Find(path) is { } leaf)
                yield return new KnownKey(path, leaf, key, value);
            else if (table.IsPart(path))
                yield return new KnownKey(path, null, key, value);
            else
                Unknown(key, path, [.. table.KeysOf(part), .. others]);
        }
    }

    void Unknown(ScalarNode key, string path, string[] known)
    {
        HasUnknownKeys = true;
        var meant = Wording.DidYouMean(key.Text, known);
        problems.Add(key.At, Wording.Short(path), "unknown key" + (meant.Length > 0 ? meant : $"; known here: {string.Join(", ", known)}"));
    }

    /// <summary>All leaves of a mapping and the mappings in it.</summary>
    public Dictionary<string, LeafValue> Values(MappingNode mapping, string part, params string[] others)
    {
        var values = new Dictionary<string, LeafValue>();
        Fill(values, mapping, part, others);
        return values;
    }

    void Fill(Dictionary<string, LeafValue> values, MappingNode mapping, string part, params string[] others)
    {
        foreach (var (path, leaf, key, node) in Keys(mapping, part, others))
        {
            if (leaf is null)
            {
                if (AsMapping(node, path, path) is { } inner)
                    Fill(values, inner, path);
            }
            else if (values.TryGetValue(path, out var earlier))
            {
                problems.Add(key.At, path, $"given twice: first at {earlier.At}");
            }
            else
            {
                values.Add(path, leaf.IsList && node is ListNode list ? Items(leaf, list) : Value(leaf, node));
            }
        }
    }

    /// <param name="name">What messages call the part.</param>
    public MappingNode? AsMapping(Node node, string part, string name)
    {
        if (node is MappingNode mapping)
            return mapping;
        problems.Add(node.At, name, $"expected keys and values ({string.Join(", ", table.KeysOf(part))})");
        return null;
    }

    public LeafValue Value(Leaf leaf, Node node)
    {
        var text = node is ScalarNode scalar ? Text(leaf, scalar) : null;
        if (node is not ScalarNode)
            problems.Add(node.At, leaf.Path, $"expected {leaf.Kind.Expected}, not a {(node is ListNode ? "list" : "mapping")}");
        return new LeafValue(text ?? "", node.At);
    }

    string? Text(Leaf leaf, ScalarNode scalar)
    {
        var complaint =
            scalar.IsNothing ? $"expected {leaf.Kind.Expected}, not nothing"
            : SourceText.Hidden(scalar.Text) is { } hidden
                ? $"holds the control character {SourceText.Name(hidden.Value)}: expected {leaf.Kind.Expected}"
            : leaf.Kind.IsNumber && !scalar.IsPlain
                ? $"expected {leaf.Kind.Expected}, not the text {Wording.Quote(scalar.Text)}: leave the quotes out"
            : leaf.Kind.Canonical(scalar.Text) is null ? leaf.Kind.Complaint(scalar.Text)
            : null;
        if (complaint is null)
            return leaf.Kind.Canonical(scalar.Text);
        problems.Add(scalar.At, leaf.Path, complaint);
        return null;
    }

    LeafValue Items(Leaf leaf, ListNode list)
    {
        var items = list.Items.Select(item => Value(leaf, item).Text).ToList();
        if (items.Count == 0)
            problems.Add(list.At, leaf.Path, $"the list is empty: expected {leaf.Kind.Expected}");
        if (items.Distinct().Count() < items.Count)
            problems.Add(list.At, leaf.Path, "names something twice");
        if (items.Count > 1 && items.Contains(KnownNames.Auto))
            problems.Add(list.At, leaf.Path, $"{KnownNames.Auto} stands alone");
        return new LeafValue(string.Join(',', items), list.At);
    }
}
