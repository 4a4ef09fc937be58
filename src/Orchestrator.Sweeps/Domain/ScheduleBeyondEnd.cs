using System.Collections.Immutable;
using System.Globalization;
using Orchestrator.Sweeps.Specs;

namespace Orchestrator.Sweeps.Domain;

/// <summary>How the learning rate of a trial goes on beyond the last epoch that it was begun with, where it depends on that.</summary>
public enum ScheduleChoice
{
    /// <summary>It begins anew, and falls over the epochs that were added.</summary>
    Restart,

    /// <summary>It is what it would be had the trial been begun with the new last epoch: it jumps up to that.</summary>
    Stretch,

    /// <summary>It stays at what it came to at the old last epoch.</summary>
    Keep,
}

/// <summary>The choices by the names that people give them.</summary>
public static class ScheduleChoices
{
    public static ImmutableArray<string> Names { get; } = [.. Enum.GetValues<ScheduleChoice>().Select(StatusText.Of)];

    public static string Expected { get; } = $"{string.Join(", ", Names[..^1])} or {Names[^1]}";

    /// <returns>Null where the text names none.</returns>
    public static ScheduleChoice? Parse(string? text) =>
        text is not null && Names.IndexOf(text) is >= 0 and var choice ? (ScheduleChoice)choice : null;
}

/// <param name="How"><see cref="ScheduleChoice.Restart"/> or <see cref="ScheduleChoice.Keep"/>.</param>
/// <param name="Epoch">The last epoch that the trial was begun with.</param>
public sealed record ScheduleBeyondEnd(ScheduleChoice How, int Epoch)
{
    /// <param name="settings">Of a trial whose rate falls as a cosine.</param>
    internal TrialSettings Of(TrialSettings settings) =>
        settings.With(
            (
                How == ScheduleChoice.Restart ? TrainingSettings.CosineRestartPath : TrainingSettings.CosineHoldPath,
                Epoch.ToString(CultureInfo.InvariantCulture)
            )
        );
}
