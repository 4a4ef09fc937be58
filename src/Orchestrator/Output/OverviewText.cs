using System.Globalization;
using Orchestrator.Reports.Views;
using Orchestrator.Sweeps.Domain;
using static System.FormattableString;

namespace Orchestrator.Output;

/// <summary>A sweep in words: a line while it is watched, a few when it is shown.</summary>
static class OverviewText
{
    public static string Line(SweepOverview sweep)
    {
        var done = sweep.Counts.Completed + sweep.Counts.Failed + sweep.Counts.Stopped;
        var failed = sweep.Counts.Failed > 0 ? Invariant($" ({sweep.Counts.Failed} failed)") : "";
        var best = sweep.Best is { } leads ? $"; best validation {Figure(leads.ValidationBitsPerDim)} bits/dim ({Name(leads)})" : "";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{State(sweep)}: {done} of {sweep.Trials} trials done{failed}, {sweep.Counts.Running} running; {sweep.EpochsDone} of "
                + $"{sweep.EpochsTotal} epochs{best}{ToGo(sweep)}"
        );
    }

    public static IEnumerable<string> Lines(SweepDetail sweep)
    {
        var (trials, evaluations) = (sweep.Counts, sweep.Evaluations);
        yield return $"{sweep.Name}: {State(sweep)}";
        yield return Invariant($"data set     {sweep.Dataset}, seed {sweep.Seed}");
        yield return $"submitted    {At(sweep.SubmittedAt)}{(sweep.EndedAt is { } ended ? $", ended {At(ended)}" : "")}";
        if (!sweep.Parameters.IsEmpty)
            yield return $"sweeps over  {string.Join(", ", sweep.Parameters)}";
        yield return string.Create(
            CultureInfo.InvariantCulture,
            $"trials       {sweep.Trials}: {trials.Pending} pending, {trials.Running} running, {trials.Completed} completed, "
                + $"{trials.Failed} failed, {trials.Stopped} stopped"
        );
        yield return string.Create(
            CultureInfo.InvariantCulture,
            $"evaluations  {evaluations.Pending} pending, {evaluations.Running} running, {evaluations.Completed} completed, "
                + $"{evaluations.Failed} failed"
        );
        yield return Invariant($"epochs       {sweep.EpochsDone} of {sweep.EpochsTotal}{ToGo(sweep)}");
        if (sweep.Best is { } best)
            yield return $"best         {Name(best)}: validation {Figure(best.ValidationBitsPerDim)}, its test "
                + $"{Figure(best.TestBitsPerDim)} bits/dim, its FID "
                + $"{best.Fid?.ToString("F2", CultureInfo.InvariantCulture) ?? "not known"}";
    }

    static string Name(BestTrial best) => $"trial {best.Trial}{(best.Label.Length > 0 ? $" {best.Label}" : "")}";

    /// <summary>One word of the state, and another where nobody goes on with it.</summary>
    public static string State(SweepOverview sweep)
    {
        var state = StatusText.Of(sweep.State) + (sweep.PausedBecause is { } because ? $" by itself: {because}" : "");
        return !sweep.Interrupted ? state
            : sweep.State == SweepStatus.Running ? "interrupted"
            : $"{state}; interrupted";
    }

    static string ToGo(SweepOverview sweep) =>
        TimeLeftText.Of(Seconds(sweep.EtaSeconds), Seconds(sweep.TrainingEtaSeconds), sweep.EvaluationsToCome) is { Length: > 0 } left
            ? $"; {left}"
            : "";

    static TimeSpan? Seconds(double? seconds) => seconds is { } known ? TimeSpan.FromSeconds(known) : null;

    static string Figure(double? value) => value?.ToString("F4", CultureInfo.InvariantCulture) ?? "not known";

    static string At(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
