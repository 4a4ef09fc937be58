using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json.Serialization;

namespace Orchestrator.Sweeps.Specs;

/// <summary>What a sweep may have of a cluster's slots beside other sweeps; may be changed while it runs.</summary>
/// <param name="Priority">A slot goes to the sweep of the highest priority that has work for it.</param>
/// <param name="Weight">Sweeps of one priority share the slots in the ratio of their weights.</param>
/// <param name="MaxSlots">Most trials that train at once; null where there is no bound.</param>
public sealed record SweepShare(int Priority, double Weight, int? MaxSlots)
{
    /// <summary>In place of the number of <see cref="MaxSlots"/>.</summary>
    public const string Unbounded = "none";

    const string Section = "share",
        PriorityPath = "share.priority",
        WeightPath = "share.weight",
        MaxSlotsPath = "share.max_slots";

    public static SweepShare Default { get; } = new(0, 1, null);

    internal static ImmutableArray<Field> Fields { get; } =
    [
        new(PriorityPath, new WholeNumber(-1_000, 1_000), "0", "Sweeps of a higher priority are given slots first."),
        new(WeightPath, new Number(Above: 0, AtMost: 1_000), "1", "Sweeps of one priority share slots in the ratio of weights."),
        new(MaxSlotsPath, new WholeNumber(1), null, "Most trials of the sweep that train at once."),
    ];

    /// <summary>Canonical texts by name (<c>priority</c>).</summary>
    [JsonIgnore]
    public ImmutableSortedDictionary<string, string> Values =>
        Fields.ToImmutableSortedDictionary(
            one => one.Name,
            one =>
                one.Path switch
                {
                    PriorityPath => Priority.ToString(CultureInfo.InvariantCulture),
                    WeightPath => Weight.ToString("R", CultureInfo.InvariantCulture),
                    _ => MaxSlots?.ToString(CultureInfo.InvariantCulture) ?? Unbounded,
                }
        );

    /// <param name="text">Canonical text of a field by its path, the default where the file has none.</param>
    internal static SweepShare Of(Func<string, string?> text) =>
        new(
            int.Parse(text(PriorityPath)!, CultureInfo.InvariantCulture),
            double.Parse(text(WeightPath)!, CultureInfo.InvariantCulture),
            text(MaxSlotsPath) is { } most ? int.Parse(most, CultureInfo.InvariantCulture) : null
        );

    /// <summary>What is wrong with values by name, each in a line that begins with the name.</summary>
    public static IEnumerable<string> Faults(IReadOnlyDictionary<string, string> values)
    {
        var names = Fields.Select(field => field.Name).ToArray();
        foreach (var (name, text) in values)
        {
            if (Fields.FirstOrDefault(field => field.Name == name) is not { } field)
                yield return $"{Printable.Short(name)}: not to be set while a sweep runs"
                    + (Suggestions.DidYouMean(name, names) is { Length: > 0 } meant ? meant : $"; {string.Join(", ", names)} are");
            else if (Canonical(field, text) is null)
                yield return $"{name}: {field.Kind.Complaint(text)}{(field.Path == MaxSlotsPath ? $"; or {Unbounded}" : "")}";
        }
    }

    /// <param name="values">By name, without <see cref="Faults"/>; what is not named stays.</param>
    public SweepShare With(IReadOnlyDictionary<string, string> values)
    {
        var all = Values;
        foreach (var field in Fields)
        {
            if (values.TryGetValue(field.Name, out var text))
                all = all.SetItem(field.Name, Canonical(field, text)!);
        }

        return Of(path => all[path[(Section.Length + 1)..]] is var text && text == Unbounded ? null : text);
    }

    static string? Canonical(Field field, string text) =>
        field.Path == MaxSlotsPath && text == Unbounded ? text : field.Kind.Canonical(text);
}
