using System.Collections.Immutable;
using System.Globalization;

namespace Orchestrator.Sweeps.Specs;

/// <summary>Where a sweep comes from, as its file says.</summary>
/// <param name="Sweep">Name of the sweep that it was forked from.</param>
/// <param name="Trial">Number of that sweep's trial from whose newest checkpoint all trials go on; null where they begin anew.</param>
public sealed record ForkSpec(string Sweep, int? Trial)
{
    internal const string SweepPath = "fork.sweep",
        TrialPath = "fork.trial";

    internal static ImmutableArray<Field> Fields { get; } =
    [
        new(SweepPath, SweepFields.SweepName, null, "Sweep that this one was forked from."),
        new(TrialPath, new WholeNumber(1), null, "Its trial from whose newest checkpoint every trial goes on."),
    ];

    /// <param name="text">Canonical text of a field by its path; null where the file has none.</param>
    internal static ForkSpec? Of(Func<string, string?> text) =>
        text(SweepPath) is { } sweep
            ? new(sweep, text(TrialPath) is { } trial ? int.Parse(trial, CultureInfo.InvariantCulture) : null)
            : null;

    public override string ToString() => Trial is { } trial ? $"trial {TrialId.Of(trial)} of {Sweep}" : Sweep;
}
