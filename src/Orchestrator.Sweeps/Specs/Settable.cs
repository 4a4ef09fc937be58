using System.Collections.Immutable;

namespace Orchestrator.Sweeps.Specs;

/// <summary>What can be changed of a sweep while it runs: its share by the name of each field (<c>priority</c>), its budget by the path
/// (<c>budget.gpu_hours</c>).</summary>
public static class Settable
{
    /// <summary>In place of a bound that there is not.</summary>
    public const string None = "none";

    static readonly ImmutableArray<(string Name, Field Field)> Fields =
    [
        .. SweepShare.Fields.Select(field => (field.Name, field)),
        .. SweepBudget.Fields.Select(field => (field.Path, field)),
    ];

    /// <summary>What is wrong with values by name, each in a line that begins with the name.</summary>
    public static IEnumerable<string> Faults(IReadOnlyDictionary<string, string> values) =>
        FaultsOf(values, Fields, "not to be set while a sweep runs");

    /// <param name="fields">Those that there are, by name.</param>
    /// <param name="unknown">Of a name that is none of them.</param>
    internal static IEnumerable<string> FaultsOf(
        IReadOnlyDictionary<string, string> values,
        IEnumerable<(string Name, Field Field)> fields,
        string unknown
    )
    {
        string[] names = [.. fields.Select(one => one.Name)];
        foreach (var (name, text) in values)
        {
            if (fields.FirstOrDefault(one => one.Name == name).Field is not { } field)
                yield return $"{Printable.Short(name)}: {unknown}"
                    + (Suggestions.DidYouMean(name, names) is { Length: > 0 } meant ? meant : $"; {string.Join(", ", names)} are");
            else if (Canonical(field, text) is null)
                yield return $"{name}: {field.Kind.Complaint(text)}{(field.Default is null ? $"; or {None}" : "")}";
        }
    }

    /// <param name="all">Canonical texts of some fields by name.</param>
    /// <param name="values">By name, without <see cref="Faults"/>.</param>
    internal static ImmutableSortedDictionary<string, string> With(
        ImmutableSortedDictionary<string, string> all,
        IEnumerable<Field> fields,
        Func<Field, string> name,
        IReadOnlyDictionary<string, string> values
    )
    {
        foreach (var field in fields)
        {
            if (values.TryGetValue(name(field), out var text))
                all = all.SetItem(name(field), Canonical(field, text)!);
        }

        return all;
    }

    static string? Canonical(Field field, string text) => field.Default is null && text == None ? text : field.Kind.Canonical(text);
}
