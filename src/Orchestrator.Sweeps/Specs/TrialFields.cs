using System.Collections.Immutable;

namespace Orchestrator.Sweeps.Specs;

/// <summary>Everything that can be set, and swept, in a trial.</summary>
public static class TrialFields
{
    public static FieldTable Table { get; } = new([.. FlowSettings.Fields, .. BaseSettings.Fields, .. TrainingSettings.Fields]);

    /// <summary>Which repetition of a trial: changes nothing but its seed.</summary>
    public static Field Replicate { get; } =
        new(SearchSpace.Replicate, new WholeNumber(1), "1", "Repeats every trial with another seed for each number.");

    /// <summary>The settings of one trial: the template, changed by an assignment, completed by the defaults.</summary>
    /// <remarks>
    /// A field of the template that belongs to another choice than the assignment's goes away with what it belonged to:
    /// the template's kappa is no part of a trial whose assignment makes the base gaussian.
    /// </remarks>
    public static ImmutableSortedDictionary<string, string> Complete(
        ImmutableSortedDictionary<string, string> template,
        ImmutableSortedDictionary<string, string> assignment
    )
    {
        var settings = template.SetItems(assignment.Remove(SearchSpace.Replicate)).ToBuilder();
        foreach (var field in Table.Fields)
        {
            if (field.AppliesTo(settings))
            {
                if (field.Default is { } value)
                    settings.TryAdd(field.Path, value);
            }
            else if (assignment.ContainsKey(field.When!.Path) && !assignment.ContainsKey(field.Path))
            {
                settings.Remove(field.Path);
            }
        }

        return settings.ToImmutable();
    }

    /// <summary>What keeps settings from being those of a whole trial, each in a line that begins with the path.</summary>
    internal static IEnumerable<string> Faults(ImmutableSortedDictionary<string, string> settings) =>
        settings
            .Keys.Where(path => Table.Find(path) is null)
            .Select(path => $"{Printable.Short(path)}: this version has no such setting")
            .Concat(from field in Table.Fields let fault = Fault(field, settings) where fault is not null select $"{field.Path}: {fault}");

    static string? Fault(Field field, ImmutableSortedDictionary<string, string> settings)
    {
        var text = settings.GetValueOrDefault(field.Path);
        if (!field.AppliesTo(settings))
            return text is null
                ? null
                : $"only {field.When!.Shown} takes {field.Name}, and {field.When.Path} is "
                    + $"{settings.GetValueOrDefault(field.When.Path, "missing")}";
        if (text is null)
            return $"missing: expected {field.Kind.Expected}";
        var canonical = field.Kind.Canonical(text);
        return canonical == text ? null
            : canonical is null ? field.Kind.Complaint(text)
            : $"expected {canonical}, not {Printable.Quote(text)}";
    }
}
