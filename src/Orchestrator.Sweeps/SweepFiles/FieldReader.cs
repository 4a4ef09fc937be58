using Orchestrator.Sweeps.Specs;

namespace Orchestrator.Sweeps.SweepFiles;

/// <param name="Text">Canonical; empty where the value is bad, which is then among the problems.</param>
sealed record FieldValue(string Text, Position At);

/// <summary>A key of a mapping that names a field, or a section where <see cref="Field"/> is null.</summary>
sealed record KnownField(string Path, Field? Field, ScalarNode Key, Node Value);

/// <summary>Reads values by a table of fields.</summary>
sealed class FieldReader(FieldTable table, ProblemList problems)
{
    /// <summary>Some key was not understood, so that what seems to be missing may only be misspelt.</summary>
    public bool HasUnknownKeys { get; private set; }

    /// <summary>The keys of a mapping that the table knows; the others become problems.</summary>
    /// <param name="section">What the mapping stands for; empty for the whole.</param>
    /// <param name="others">Paths that are known beside the table's.</param>
    public IEnumerable<KnownField> Keys(MappingNode mapping, string section, params string[] others)
    {
        foreach (var (key, value) in mapping.Entries)
        {
            var path = FieldTable.Join(section, key.Text);
            if (others.Contains(path))
                continue;
            if (table.Find(path) is { } field)
                yield return new KnownField(path, field, key, value);
            else if (table.IsSection(path))
                yield return new KnownField(path, null, key, value);
            else
                Unknown(key, path, [.. table.KeysOf(section), .. FieldTable.Within(others, section)]);
        }
    }

    void Unknown(ScalarNode key, string path, string[] known)
    {
        HasUnknownKeys = true;
        var meant = Suggestions.DidYouMean(key.Text, known);
        problems.Add(
            key.At,
            Printable.Short(path),
            "unknown key" + (meant.Length > 0 ? meant : $"; known here: {string.Join(", ", known)}")
        );
    }

    /// <summary>All fields of a mapping and the mappings in it.</summary>
    public Dictionary<string, FieldValue> Values(MappingNode mapping, string section, params string[] others)
    {
        var values = new Dictionary<string, FieldValue>();
        Fill(values, mapping, section, others);
        return values;
    }

    void Fill(Dictionary<string, FieldValue> values, MappingNode mapping, string section, params string[] others)
    {
        foreach (var (path, field, key, node) in Keys(mapping, section, others))
        {
            if (field is null)
            {
                if (AsMapping(node, path, path) is { } inner)
                    Fill(values, inner, path, others);
            }
            else if (values.TryGetValue(path, out var earlier))
            {
                problems.Add(key.At, path, $"given twice: first at {earlier.At}");
            }
            else
            {
                values.Add(path, field.IsList && node is ListNode list ? Items(field, list) : Value(field, node));
            }
        }
    }

    /// <param name="name">What messages call the section.</param>
    public MappingNode? AsMapping(Node node, string section, string name)
    {
        if (node is MappingNode mapping)
            return mapping;
        problems.Add(node.At, name, $"expected keys and values ({string.Join(", ", table.KeysOf(section))})");
        return null;
    }

    public FieldValue Value(Field field, Node node)
    {
        var text = node is ScalarNode scalar ? Text(field, scalar) : null;
        if (node is not ScalarNode)
            problems.Add(node.At, field.Path, $"expected {field.Kind.Expected}, not a {(node is ListNode ? "list" : "mapping")}");
        return new FieldValue(text ?? "", node.At);
    }

    string? Text(Field field, ScalarNode scalar)
    {
        var complaint =
            scalar.IsNothing ? $"expected {field.Kind.Expected}, not nothing"
            : SourceText.Hidden(scalar.Text) is { } hidden
                ? $"holds the control character {SourceText.Name(hidden.Value)}: expected {field.Kind.Expected}"
            : field.Kind.IsNumber && !scalar.IsPlain
                ? $"expected {field.Kind.Expected}, not the text {Printable.Quote(scalar.Text)}: leave the quotes out"
            : field.Kind.Canonical(scalar.Text) is null ? field.Kind.Complaint(scalar.Text)
            : null;
        if (complaint is null)
            return field.Kind.Canonical(scalar.Text);
        problems.Add(scalar.At, field.Path, complaint);
        return null;
    }

    FieldValue Items(Field field, ListNode list)
    {
        var items = list.Items.Select(item => Value(field, item).Text).ToList();
        if (items.Count == 0)
            problems.Add(list.At, field.Path, $"the list is empty: expected {field.Kind.Expected}");
        if (items.Distinct().Count() < items.Count)
            problems.Add(list.At, field.Path, "names something twice");
        if (items.Count > 1 && items.Contains(KnownNames.Auto))
            problems.Add(list.At, field.Path, $"{KnownNames.Auto} stands alone");
        return new FieldValue(string.Join(',', items), list.At);
    }
}
