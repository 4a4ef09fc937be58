using System.Collections.Immutable;
using Orchestrator.Sweeps.Specs;

namespace Orchestrator.Sweeps.SweepFiles;

/// <summary>Where a choice stands, and each field that it sets.</summary>
sealed record ChoiceSource(Position At, IReadOnlyDictionary<string, Position> Fields);

/// <summary>Reads <c>parameters</c>: choices and ranges, and those inside a choice.</summary>
/// <param name="template">The values that <c>trial</c> sets.</param>
sealed class SpaceReader(IReadOnlyDictionary<string, FieldValue> template, ProblemList problems)
{
    const string ChoiceKey = "choice";

    readonly FieldReader reader = new(TrialFields.Table, problems);
    readonly PathConflicts conflicts = new(problems);
    readonly RangeReader ranges = new(new FieldReader(TrialFields.Table, problems), problems);

    /// <summary>Of every choice read, by reference.</summary>
    public Dictionary<Choice, ChoiceSource> Sources { get; } = new(ReferenceEqualityComparer.Instance);

    /// <summary>Of every parameter with a range, by reference, a choice of one of its numbers.</summary>
    public Dictionary<Parameter, Choice> Ranges { get; } = new(ReferenceEqualityComparer.Instance);

    /// <summary>Something is set in two places, so that nobody can say what the trials are.</summary>
    public bool HasConflicts { get; private set; }

    public SearchSpace Read(MappingNode parameters)
    {
        var known = reader.Keys(parameters, "", SearchSpace.WholeTrial, SearchSpace.Replicate).ToDictionary(key => key.Key);
        var space = ImmutableArray.CreateBuilder<Parameter>();
        foreach (var (key, value) in parameters.Entries)
        {
            if (key.Text == SearchSpace.Replicate)
                space.Add(FieldParameter(TrialFields.Replicate, value));
            else if (key.Text == SearchSpace.WholeTrial)
                space.Add(new Parameter(key.Text, SectionChoices("", value, key)));
            else if (known.TryGetValue(key, out var path) && conflicts.Add(path.Path, key, key.At))
                space.Add(ReadParameter(path));
        }

        HasConflicts |= conflicts.HasConflicts;
        return new SearchSpace(space.ToImmutable());
    }

    Parameter ReadParameter(KnownField key) =>
        key.Field is null ? new(key.Path, SectionChoices(key.Path, key.Value)) : FieldParameter(key.Field, key.Value);

    Parameter FieldParameter(Field field, Node node)
    {
        if (Items(node, field.Path) is { } items)
            return new Parameter(field.Path, FieldChoices(field, items));
        if (node is not MappingNode mapping || !RangeReader.IsRange(mapping))
            return new Parameter(field.Path, FieldChoices(field, NotAChoice(node, field.Path)));
        var parameter = new Parameter(field.Path, []) { Range = ranges.Read(field, mapping) };
        if (parameter.Range is { } range)
        {
            var at = new Dictionary<string, Position> { [field.Path] = mapping.At };
            Ranges.Add(parameter, WithSource(Sets(field.Path, range.Text(range.Low)), mapping.At, at));
        }

        return parameter;
    }

    ImmutableArray<Choice> FieldChoices(Field field, IReadOnlyList<Node> items)
    {
        var seen = new Dictionary<string, Position>();
        var choices = ImmutableArray.CreateBuilder<Choice>();
        foreach (var item in items)
        {
            var (text, at) = reader.Value(field, item);
            if (text.Length > 0 && !seen.TryAdd(text, at))
                problems.Add(at, field.Path, $"the choice has {text} twice: first at {seen[text]}");
            choices.Add(WithSource(Sets(field.Path, text), at, new Dictionary<string, Position> { [field.Path] = at }));
        }

        return choices.ToImmutable();
    }

    /// <param name="owner">The key to which all paths belong that the choices of the whole trial set; null for a section, which is one
    /// path.</param>
    ImmutableArray<Choice> SectionChoices(string section, Node node, ScalarNode? owner = null)
    {
        var name = section.Length == 0 ? SearchSpace.WholeTrial : section;
        var items =
            Items(node, name) ?? (node is MappingNode mapping && !RangeReader.IsRange(mapping) ? [mapping] : NotAChoice(node, name));
        var choices = ImmutableArray.CreateBuilder<Choice>();
        foreach (var item in items)
        {
            if (reader.AsMapping(item, section, name) is { } entry && ReadEntry(section, entry, owner) is { } choice)
                choices.Add(choice);
        }

        return choices.ToImmutable();
    }

    /// <returns>Null where the mapping has keys that are not understood.</returns>
    Choice? ReadEntry(string section, MappingNode entry, ScalarNode? owner)
    {
        var values = new Dictionary<string, FieldValue>();
        var inner = ImmutableArray.CreateBuilder<Parameter>();
        var misspelt = !Fill(section, entry, owner, values, inner);
        return misspelt
            ? null
            : WithSource(
                new Choice(values.ToImmutableSortedDictionary(field => field.Key, field => field.Value.Text), inner.ToImmutable()),
                entry.At,
                values.ToDictionary(field => field.Key, field => field.Value.At)
            );
    }

    bool Fill(
        string section,
        MappingNode entry,
        ScalarNode? owner,
        Dictionary<string, FieldValue> values,
        ImmutableArray<Parameter>.Builder inner
    )
    {
        var keys = reader.Keys(entry, section).ToList();
        var understood = keys.Count == entry.Entries.Count;
        var here = new PathConflicts(problems);
        foreach (var key in keys)
        {
            if (!here.Add(key.Path, key.Key, key.Key.At))
                continue;
            if (owner is not null)
                conflicts.Add(key.Path, owner, key.Key.At);
            if (key.Field is null && key.Value is MappingNode mapping && Items(mapping, key.Path) is null && !RangeReader.IsRange(mapping))
                understood &= Fill(key.Path, mapping, null, values, inner);
            else if (key.Field is not null && key.Value is ScalarNode)
                values.Add(key.Path, reader.Value(key.Field, key.Value));
            else
                inner.Add(ReadParameter(key));
        }

        HasConflicts |= here.HasConflicts;
        if (understood && section.Length > 0)
            CheckReplacesAll(section, entry, values, inner);
        return understood;
    }

    /// <summary>An entry for a section stands in place of the whole section, so nothing that the trial says there may silently get lost, or
    /// stay.</summary>
    void CheckReplacesAll(string section, MappingNode entry, Dictionary<string, FieldValue> values, ImmutableArray<Parameter>.Builder inner)
    {
        foreach (var field in TrialFields.Table.FieldsOf(section).Where(field => template.ContainsKey(field.Path)))
        {
            var isSaid = values.ContainsKey(field.Path) || inner.Any(parameter => FieldTable.IsIn(field.Path, parameter.Path));
            var isOfAnother = field.When is { } when && values.TryGetValue(when.Path, out var value) && !when.Accepts(value.Text);
            if (!isSaid && !isOfAnother)
                problems.Add(
                    entry.At,
                    field.Path,
                    $"missing: this replaces all of {section}, and trial sets {field.Name} at {template[field.Path].At}: say it again here"
                );
        }
    }

    /// <returns>The values of a list or of <c>{ choice: list }</c>; null where the node is neither.</returns>
    IReadOnlyList<Node>? Items(Node node, string path)
    {
        var list = node as ListNode ?? (node as MappingNode)?.Find(ChoiceKey);
        if (list is null)
            return null;
        if (node is MappingNode mapping)
        {
            foreach (var (key, _) in mapping.Entries.Where(entry => entry.Key.Text != ChoiceKey))
                problems.Add(key.At, path, $"unknown key {Printable.Quote(key.Text)} beside choice");
        }

        if (list is not ListNode items)
            problems.Add(list.At, path, "expected a list of values");
        else if (items.Items.Count == 0)
            problems.Add(list.At, path, "the choice is empty: expected at least one value");
        return (list as ListNode)?.Items ?? [];
    }

    IReadOnlyList<Node> NotAChoice(Node node, string path)
    {
        var isField = path == SearchSpace.Replicate || TrialFields.Table.Find(path) is not null;
        var meant = node is MappingNode { Entries: [var first, ..] }
            ? Suggestions.DidYouMean(first.Key.Text, [ChoiceKey, .. RangeReader.Names])
            : "";
        problems.Add(
            node.At,
            path,
            node switch
            {
                MappingNode mapping when RangeReader.IsRange(mapping) =>
                    $"{mapping.Entries[0].Key.Text} is a range of numbers, and {path} is a whole part: expected a list of entries",
                MappingNode { Entries: [var entry, ..] } when meant.Length > 0 => $"unknown key {Printable.Quote(entry.Key.Text)}{meant}",
                ScalarNode { IsNothing: false } => "expected a list of values; a single one belongs under trial",
                _ when isField =>
                    $"expected a list of values, {{ {ChoiceKey}: [...] }}, or a range ({string.Join(", ", RangeReader.Names)})",
                _ => $"expected a list of values, or {{ {ChoiceKey}: [...] }}",
            }
        );
        return [];
    }

    static Choice Sets(string path, string text) => new(ImmutableSortedDictionary<string, string>.Empty.Add(path, text), []);

    Choice WithSource(Choice choice, Position at, IReadOnlyDictionary<string, Position> values)
    {
        Sources.Add(choice, new ChoiceSource(at, values));
        return choice;
    }
}
