using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json.Serialization;

namespace Orchestrator.Sweeps.Specs;

/// <summary>What all sweeps together may have and take that were submitted with one API token.</summary>
/// <param name="Slots">Most trials that train at once; null where there is no bound, as of all.</param>
/// <param name="GpuHours">Of all leases together, each hour times the part of a GPU.</param>
/// <param name="SlotHours">Of all leases together.</param>
public sealed record TokenQuota(int? Slots, double? GpuHours, double? SlotHours)
{
    public static TokenQuota Unlimited { get; } = new(null, null, null);

    static readonly ImmutableArray<Field> Fields =
    [
        new("slots", new WholeNumber(1), null, "Most trials of all its sweeps that train at once."),
        new("gpu_hours", new Number(Above: 0), null, "GPU-hours of all its sweeps together."),
        new("slot_hours", new Number(Above: 0), null, "Hours in slots of all its sweeps together."),
    ];

    /// <summary>Canonical texts by name; <see cref="Settable.None"/> for no bound.</summary>
    [JsonIgnore]
    public ImmutableSortedDictionary<string, string> Values =>
        ImmutableSortedDictionary<string, string>
            .Empty.Add("slots", Slots?.ToString(CultureInfo.InvariantCulture) ?? Settable.None)
            .Add("gpu_hours", Text(GpuHours))
            .Add("slot_hours", Text(SlotHours));

    /// <summary>What is wrong with values by name, each in a line that begins with the name.</summary>
    public static IEnumerable<string> Faults(IReadOnlyDictionary<string, string> values) =>
        Settable.FaultsOf(values, Fields.Select(field => (field.Name, field)), "not of a quota");

    /// <param name="values">By name, without <see cref="Faults"/>; what is not named stays.</param>
    public TokenQuota With(IReadOnlyDictionary<string, string> values)
    {
        var all = Settable.With(Values, Fields, field => field.Name, values);
        return new((int?)Number("slots"), Number("gpu_hours"), Number("slot_hours"));

        double? Number(string name) => all[name] == Settable.None ? null : double.Parse(all[name], CultureInfo.InvariantCulture);
    }

    static string Text(double? number) => number?.ToString("R", CultureInfo.InvariantCulture) ?? Settable.None;
}
