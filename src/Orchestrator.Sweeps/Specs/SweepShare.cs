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
                    _ => MaxSlots?.ToString(CultureInfo.InvariantCulture) ?? Settable.None,
                }
        );

    /// <param name="text">Canonical text of a field by its path, the default where the file has none.</param>
    internal static SweepShare Of(Func<string, string?> text) =>
        new(
            int.Parse(text(PriorityPath)!, CultureInfo.InvariantCulture),
            double.Parse(text(WeightPath)!, CultureInfo.InvariantCulture),
            text(MaxSlotsPath) is { } most ? int.Parse(most, CultureInfo.InvariantCulture) : null
        );

    /// <param name="values">By name, without <see cref="Settable.Faults"/>; what is not named stays.</param>
    public SweepShare With(IReadOnlyDictionary<string, string> values)
    {
        var all = Settable.With(Values, Fields, field => field.Name, values);
        return Of(path => all[path[(Section.Length + 1)..]] is var text && text == Settable.None ? null : text);
    }
}
