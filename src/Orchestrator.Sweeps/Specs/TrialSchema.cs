using System.Collections.Immutable;

namespace Orchestrator.Sweeps.Specs;

/// <summary>Everything that can be set, and swept, in a trial.</summary>
public static class TrialSchema
{
    public static LeafTable Table { get; } = new([.. FlowSettings.Leaves, .. BaseSettings.Leaves, .. TrainingSettings.Leaves]);

    /// <summary>Which repetition of a trial: changes nothing but its seed.</summary>
    public static Leaf Replicate { get; } =
        new(SearchSpace.Replicate, new WholeNumber(1), "1", "Repeats every trial with another seed for each number.");

    /// <summary>The leaves of one trial: the template, changed by an assignment, completed by the defaults.</summary>
    /// <remarks>
    /// A leaf of the template that belongs to another choice than the assignment's goes away with what it belonged to:
    /// the template's kappa is no part of a trial whose assignment makes the base gaussian.
    /// </remarks>
    public static ImmutableSortedDictionary<string, string> Complete(
        ImmutableSortedDictionary<string, string> template,
        ImmutableSortedDictionary<string, string> assignment
    )
    {
        var leaves = template.SetItems(assignment.Remove(SearchSpace.Replicate)).ToBuilder();
        foreach (var leaf in Table.Leaves)
        {
            if (leaf.AppliesTo(leaves))
            {
                if (leaf.Default is { } value)
                    leaves.TryAdd(leaf.Path, value);
            }
            else if (assignment.ContainsKey(leaf.When!.Path) && !assignment.ContainsKey(leaf.Path))
            {
                leaves.Remove(leaf.Path);
            }
        }

        return leaves.ToImmutable();
    }

    /// <summary>What keeps leaves from being those of a whole trial, each in a line that begins with the path.</summary>
    internal static IEnumerable<string> Faults(ImmutableSortedDictionary<string, string> leaves) =>
        leaves
            .Keys.Where(path => Table.Find(path) is null)
            .Select(path => $"{Wording.Short(path)}: this version has no such setting")
            .Concat(from leaf in Table.Leaves let fault = Fault(leaf, leaves) where fault is not null select $"{leaf.Path}: {fault}");

    static string? Fault(Leaf leaf, ImmutableSortedDictionary<string, string> leaves)
    {
        var text = leaves.GetValueOrDefault(leaf.Path);
        if (!leaf.AppliesTo(leaves))
            return text is null
                ? null
                : $"only {leaf.When!.Shown} takes {leaf.Name}, and {leaf.When.Path} is {leaves.GetValueOrDefault(leaf.When.Path, "missing")}";
        if (text is null)
            return $"missing: expected {leaf.Kind.Expected}";
        var canonical = leaf.Kind.Canonical(text);
        return canonical == text ? null
            : canonical is null ? leaf.Kind.Complaint(text)
            : $"expected {canonical}, not {Wording.Quote(text)}";
    }
}
