using System.Globalization;
using Orchestrator.Reports.Views;
using Orchestrator.Sweeps.Domain;
using Orchestrator.Sweeps.Specs;
using static System.FormattableString;

namespace Orchestrator.Output;

/// <summary>A sweep in words: a line while it is watched, a few when it is shown.</summary>
static class OverviewText
{
    public static string Line(SweepOverview sweep)
    {
        var counts = sweep.Counts;
        var done = counts.Completed + counts.Failed + counts.Stopped + counts.Pruned;
        var of = string.Join(", ", new[] { Some(counts.Failed, "failed"), Some(counts.Pruned, "pruned") }.OfType<string>());
        var paused = Some(counts.Paused, "paused") is { } wait ? $", {wait}" : "";
        var best = sweep.Best is { } leads ? $"; best validation {Figure(leads.ValidationBitsPerDim)} bits/dim ({Name(leads)})" : "";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{State(sweep)}: {done} of {sweep.Trials} trials done{(of.Length > 0 ? $" ({of})" : "")}, {counts.Running} running{paused}; "
                + $"{sweep.EpochsDone} of {sweep.EpochsTotal} epochs{best}{ToGo(sweep)}"
        );
    }

    public static IEnumerable<string> Lines(SweepDetail sweep)
    {
        var (trials, evaluations) = (sweep.Counts, sweep.Evaluations);
        yield return $"{sweep.Name}: {State(sweep)}";
        yield return Invariant($"data set     {sweep.Dataset}, seed {sweep.Seed}");
        if (!sweep.Tags.IsEmpty)
            yield return $"tags         {string.Join(", ", sweep.Tags)}";
        if (sweep.Note is { } note)
            yield return $"note         {note.ReplaceLineEndings("\n             ")}";
        if (sweep.Share != SweepShare.Default)
            yield return $"share        {StatusText.Of(sweep.Share)}";
        if (StatusText.Of(sweep.Budget) is { Length: > 0 } budget)
            yield return $"budget       {budget}";
        if (sweep.CheckpointBytes > 0)
            yield return $"checkpoints  {ByteSize.Text(sweep.CheckpointBytes)}";
        yield return $"submitted    {At(sweep.SubmittedAt)}{(sweep.EndedAt is { } ended ? $", ended {At(ended)}" : "")}";
        if (!sweep.Parameters.IsEmpty)
            yield return $"sweeps over  {string.Join(", ", sweep.Parameters)}";
        yield return string.Create(
            CultureInfo.InvariantCulture,
            $"trials       {sweep.Trials}: {trials.Pending} pending, {trials.Running} running, {trials.Completed} completed, "
                + $"{trials.Failed} failed, {trials.Stopped} stopped{Scheduled(sweep)}"
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
        if (!sweep.Pareto.IsEmpty)
            yield return $"Pareto front {string.Join(", ", sweep.Pareto)} (of validation bits/dim, FID{Paths(sweep)})";
        foreach (var line in RungsText.Lines(sweep.Rungs))
            yield return line;
    }

    static string Paths(SweepDetail sweep) =>
        sweep.InterpolationSchemes.IsEmpty ? "" : $", mean FID of paths by {string.Join(", ", sweep.InterpolationSchemes)}";

    /// <summary>What only a search and a scheduler bring about.</summary>
    static string Scheduled(SweepOverview sweep)
    {
        var trials = sweep.Counts;
        var known = trials.Pending + trials.Running + trials.Completed + trials.Failed + trials.Stopped + trials.Paused + trials.Pruned;
        string?[] some =
        [
            Some(trials.Paused, "paused at a rung"),
            Some(trials.Pruned, "pruned"),
            Some(sweep.Trials - known, "to be drawn"),
        ];
        return string.Concat(some.OfType<string>().Select(words => $", {words}"));
    }

    static string? Some(int number, string words) => number > 0 ? Invariant($"{number} {words}") : null;

    static string Name(BestTrial best) => $"trial {best.Trial}{(best.Label.Length > 0 ? $" {best.Label}" : "")}";

    /// <summary>One word of the state, and another where nobody goes on with it.</summary>
    public static string State(SweepOverview sweep)
    {
        var state =
            StatusText.Of(sweep.State)
            + (sweep.PausedBecause is { } because ? $" by itself: {because}" : "")
            + (sweep.StoppedBecause is { } budget ? $" by its budget: {budget}" : "")
            + (sweep.WaitsBecause is { } lack ? $", waits: {lack}" : "");
        return !sweep.Interrupted ? state
            : sweep.State == SweepStatus.Running ? "interrupted"
            : $"{state}; interrupted";
    }

    static string ToGo(SweepOverview sweep) =>
        TimeLeftText.Of(
            Seconds(sweep.EtaSeconds),
            Seconds(sweep.TrainingEtaSeconds),
            (Seconds(sweep.EtaLowSeconds), Seconds(sweep.EtaHighSeconds)) is ({ } low, { } high) ? (low, high) : null,
            sweep.EvaluationsToCome
        )
            is { Length: > 0 } left
            ? $"; {left}"
            : "";

    static TimeSpan? Seconds(double? seconds) => seconds is { } known ? TimeSpan.FromSeconds(known) : null;

    static string Figure(double? value) => value?.ToString("F4", CultureInfo.InvariantCulture) ?? "not known";

    static string At(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
