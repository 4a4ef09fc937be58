using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json.Serialization;

namespace Orchestrator.Sweeps.Specs;

/// <summary>What a sweep may take; may be changed while it runs, and after that.</summary>
/// <param name="GpuHours">Of all leases together, each hour times the part of a GPU; null where there is no bound, as of all.</param>
/// <param name="SlotHours">Of all leases together.</param>
/// <param name="Cost">Of all leases together, by the prices of the nodes.</param>
/// <param name="Until">No training begins or goes on after this.</param>
/// <param name="TrialHours">Hours under leases that each trial may train, over all its attempts.</param>
public sealed record SweepBudget(double? GpuHours, double? SlotHours, double? Cost, DateTimeOffset? Until, double? TrialHours)
{
    public const string GpuHoursPath = "budget.gpu_hours",
        SlotHoursPath = "budget.slot_hours",
        CostPath = "budget.cost",
        UntilPath = "budget.until",
        TrialHoursPath = "training.max_hours";

    public static SweepBudget Unlimited { get; } = new(null, null, null, null, null);

    internal static ImmutableArray<Field> Fields { get; } =
    [
        new(GpuHoursPath, new Number(Above: 0), null, "GPU-hours of all trials and evaluations together."),
        new(SlotHoursPath, new Number(Above: 0), null, "Hours in slots of all trials and evaluations together."),
        new(CostPath, new Number(Above: 0), null, "Cost of all trials and evaluations together, by the prices of the nodes."),
        new(UntilPath, new Instant(), null, "Time after which nothing is trained."),
        new(TrialHoursPath, new Number(Above: 0), null, "Hours in slots that each trial may train, over all its attempts."),
    ];

    /// <summary>Canonical texts by path.</summary>
    [JsonIgnore]
    public ImmutableSortedDictionary<string, string> Values =>
        Fields.ToImmutableSortedDictionary(
            one => one.Path,
            one =>
                one.Path switch
                {
                    GpuHoursPath => Text(GpuHours),
                    SlotHoursPath => Text(SlotHours),
                    CostPath => Text(Cost),
                    TrialHoursPath => Text(TrialHours),
                    _ => Until is { } until ? Instant.TextOf(until) : Settable.None,
                }
        );

    /// <param name="text">Canonical text of a field by its path; null where there is no bound.</param>
    internal static SweepBudget Of(Func<string, string?> text)
    {
        return new(
            Number(GpuHoursPath),
            Number(SlotHoursPath),
            Number(CostPath),
            text(UntilPath) is { } until ? Instant.Parse(until) : null,
            Number(TrialHoursPath)
        );

        double? Number(string path) => text(path) is { } number ? double.Parse(number, CultureInfo.InvariantCulture) : null;
    }

    /// <param name="values">By path, without <see cref="Settable.Faults"/>; what is not named stays.</param>
    public SweepBudget With(IReadOnlyDictionary<string, string> values)
    {
        var all = Settable.With(Values, Fields, field => field.Path, values);
        return Of(path => all[path] is var text && text == Settable.None ? null : text);
    }

    static string Text(double? number) => number?.ToString("R", CultureInfo.InvariantCulture) ?? Settable.None;
}
