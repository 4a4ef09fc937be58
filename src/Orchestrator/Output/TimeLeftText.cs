using System.Globalization;

namespace Orchestrator.Output;

/// <summary>What a sweep has still to do, in words.</summary>
static class TimeLeftText
{
    /// <param name="total">Until the sweep is over; null where it is not known.</param>
    /// <param name="training">Until training is done, told where no more is known; null where that is not known either.</param>
    /// <param name="range">Between which two that is; null where nothing tells.</param>
    /// <param name="evaluations">Evaluations that are still to come, or run.</param>
    /// <returns>Empty where nothing is left.</returns>
    public static string Of(TimeSpan? total, TimeSpan? training, (TimeSpan From, TimeSpan To)? range, int evaluations)
    {
        var between = range is var (from, to) ? $" ({Of(from)} to {Of(to)})" : "";
        var time =
            total is { } all ? $"about {Of(all)} left{between}"
            : training > TimeSpan.Zero ? $"training left about {Of(training.Value)}{between}"
            : "";
        var scores =
            evaluations > 0
                ? string.Create(CultureInfo.InvariantCulture, $"{evaluations} {(evaluations == 1 ? "evaluation" : "evaluations")} to come")
                : "";
        return string.Join(", ", ((string[])[time, scores]).Where(words => words.Length > 0));
    }

    public static string Of(TimeSpan time) =>
        TimeSpan
            .FromSeconds(Math.Round(time.TotalSeconds))
            .ToString(time.TotalDays < 1 ? @"h\:mm\:ss" : @"d\.hh\:mm\:ss", CultureInfo.InvariantCulture);
}
