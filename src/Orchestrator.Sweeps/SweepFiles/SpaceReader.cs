using System.Collections.Immutable;
using Orchestrator.Sweeps.Specs;

namespace Orchestrator.Sweeps.SweepFiles;

/// <summary>Where a choice stands, and each leaf that it sets.</summary>
sealed record ChoiceSource(Position At, IReadOnlyDictionary<string, Position> Leaves);

/// <summary>Reads <c>parameters</c>: choices, and the choices inside them.</summary>
/// <param name="template">The leaves that <c>trial</c> sets.</param>
sealed class SpaceReader(IReadOnlyDictionary<string, LeafValue> template, Problems problems)
{
    const string ChoiceKey = "choice";

    static readonly string[] Distributions = ["uniform", "log_uniform", "int_uniform", "quantized", "normal"];

    readonly LeafReader reader = new(TrialSchema.Table, problems);
    readonly Claims claims = new(problems);

    /// <summary>Of every choice read, by reference.</summary>
    public Dictionary<Choice, ChoiceSource> Sources { get; } = new(ReferenceEqualityComparer.Instance);

    /// <summary>Something is set in two places, so that nobody can say what the trials are.</summary>
    public bool HasConflicts { get; private set; }

    public SearchSpace Read(MappingNode parameters)
    {
        var known = reader.Keys(parameters, "", SearchSpace.WholeTrial, SearchSpace.Replicate).ToDictionary(key => key.Key);
        var space = ImmutableArray.CreateBuilder<Parameter>();
        foreach (var (key, value) in parameters.Entries)
        {
            if (key.Text == SearchSpace.Replicate)
                space.Add(new Parameter(key.Text, LeafChoices(TrialSchema.Replicate, value)));
            else if (key.Text == SearchSpace.WholeTrial)
                space.Add(new Parameter(key.Text, PartChoices("", value, key)));
            else if (known.TryGetValue(key, out var path) && claims.Add(path.Path, key, key.At))
                space.Add(ReadParameter(path));
        }

        HasConflicts |= claims.HasConflicts;
        return new SearchSpace(space.ToImmutable());
    }

    Parameter ReadParameter(KnownKey key) =>
        new(key.Path, key.Leaf is null ? PartChoices(key.Path, key.Value) : LeafChoices(key.Leaf, key.Value));

    ImmutableArray<Choice> LeafChoices(Leaf leaf, Node node)
    {
        var seen = new Dictionary<string, Position>();
        var choices = ImmutableArray.CreateBuilder<Choice>();
        foreach (var item in Items(node, leaf.Path) ?? NotAChoice(node, leaf.Path))
        {
            var (text, at) = reader.Value(leaf, item);
            if (text.Length > 0 && !seen.TryAdd(text, at))
                problems.Add(at, leaf.Path, $"the choice has {text} twice: first at {seen[text]}");
            choices.Add(Sourced(Sets(leaf.Path, text), at, new Dictionary<string, Position> { [leaf.Path] = at }));
        }

        return choices.ToImmutable();
    }

    /// <param name="owner">The key that claims what the choices of the whole trial set; null for a part, which is claimed as one.</param>
    ImmutableArray<Choice> PartChoices(string part, Node node, ScalarNode? owner = null)
    {
        var name = part.Length == 0 ? SearchSpace.WholeTrial : part;
        var items = Items(node, name) ?? (node is MappingNode mapping && !IsDistribution(mapping) ? [mapping] : NotAChoice(node, name));
        var choices = ImmutableArray.CreateBuilder<Choice>();
        foreach (var item in items)
        {
            if (reader.AsMapping(item, part, name) is { } entry && ReadEntry(part, entry, owner) is { } choice)
                choices.Add(choice);
        }

        return choices.ToImmutable();
    }

    /// <returns>Null where the mapping has keys that are not understood.</returns>
    Choice? ReadEntry(string part, MappingNode entry, ScalarNode? owner)
    {
        var leaves = new Dictionary<string, LeafValue>();
        var inner = ImmutableArray.CreateBuilder<Parameter>();
        var misspelt = !Fill(part, entry, owner, leaves, inner);
        return misspelt
            ? null
            : Sourced(
                new Choice(leaves.ToImmutableSortedDictionary(leaf => leaf.Key, leaf => leaf.Value.Text), inner.ToImmutable()),
                entry.At,
                leaves.ToDictionary(leaf => leaf.Key, leaf => leaf.Value.At)
            );
    }

    bool Fill(
        string part,
        MappingNode entry,
        ScalarNode? owner,
        Dictionary<string, LeafValue> leaves,
        ImmutableArray<Parameter>.Builder inner
    )
    {
        var keys = reader.Keys(entry, part).ToList();
        var understood = keys.Count == entry.Entries.Count;
        var here = new Claims(problems);
        foreach (var key in keys)
        {
            if (!here.Add(key.Path, key.Key, key.Key.At))
                continue;
            if (owner is not null)
                claims.Add(key.Path, owner, key.Key.At);
            if (key.Leaf is null && key.Value is MappingNode mapping && Items(mapping, key.Path) is null && !IsDistribution(mapping))
                understood &= Fill(key.Path, mapping, null, leaves, inner);
            else if (key.Leaf is not null && key.Value is ScalarNode)
                leaves.Add(key.Path, reader.Value(key.Leaf, key.Value));
            else
                inner.Add(ReadParameter(key));
        }

        HasConflicts |= here.HasConflicts;
        if (understood && part.Length > 0)
            CheckReplacesAll(part, entry, leaves, inner);
        return understood;
    }

    /// <summary>An entry for a part stands in place of the whole part, so nothing that the trial says there may silently get lost, or
    /// stay.</summary>
    void CheckReplacesAll(string part, MappingNode entry, Dictionary<string, LeafValue> leaves, ImmutableArray<Parameter>.Builder inner)
    {
        foreach (var leaf in TrialSchema.Table.LeavesOf(part).Where(leaf => template.ContainsKey(leaf.Path)))
        {
            var isSaid = leaves.ContainsKey(leaf.Path) || inner.Any(parameter => LeafTable.IsIn(leaf.Path, parameter.Path));
            var isOfAnother = leaf.When is { } when && leaves.TryGetValue(when.Path, out var value) && !when.Accepts(value.Text);
            if (!isSaid && !isOfAnother)
                problems.Add(
                    entry.At,
                    leaf.Path,
                    $"missing: this replaces all of {part}, and trial sets {leaf.Name} at {template[leaf.Path].At}: say it again here"
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
                problems.Add(key.At, path, $"unknown key {Wording.Quote(key.Text)} beside choice");
        }

        if (list is not ListNode items)
            problems.Add(list.At, path, "expected a list of values");
        else if (items.Items.Count == 0)
            problems.Add(list.At, path, "the choice is empty: expected at least one value");
        return (list as ListNode)?.Items ?? [];
    }

    IReadOnlyList<Node> NotAChoice(Node node, string path)
    {
        problems.Add(
            node.At,
            path,
            node switch
            {
                MappingNode mapping when IsDistribution(mapping) =>
                    $"grid search needs a finite choice: a list of values, or {{ {ChoiceKey}: [...] }}; {mapping.Entries[0].Key.Text} is "
                        + $"not available in this version",
                ScalarNode { IsNothing: false } => "expected a list of values; a single one belongs under trial",
                _ => $"expected a list of values, or {{ {ChoiceKey}: [...] }}",
            }
        );
        return [];
    }

    static bool IsDistribution(MappingNode mapping) => mapping.Entries.Count > 0 && Distributions.Contains(mapping.Entries[0].Key.Text);

    static Choice Sets(string path, string text) => new(ImmutableSortedDictionary<string, string>.Empty.Add(path, text), []);

    Choice Sourced(Choice choice, Position at, IReadOnlyDictionary<string, Position> leaves)
    {
        Sources.Add(choice, new ChoiceSource(at, leaves));
        return choice;
    }
}
